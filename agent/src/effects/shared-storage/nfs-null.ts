import { Conversation } from '../service-check/conversation.ts';
import type { Place } from '../service-check/connect.ts';
import type { TimeLimit } from '../service-check/time-limit.ts';

const XID = 0x64627373;
const NFS_PROGRAM = 100_003;
const NFS_VERSION = 4;
const LAST_FRAGMENT = 0x8000_0000;
const LONGEST_REPLY_BYTES = 1_024;

/**
 * Ask an NFS server for nothing (the procedure NULL, RFC 7530) and wait for its reply. A kernel accepts connections for a server that hangs; only the server itself
 * replies.
 *
 * @throws Error in words when it does not
 */
export async function askNfsServer(place: Place, limit: TimeLimit): Promise<void> {
  const conversation = await Conversation.open(place, limit);
  try {
    conversation.send(nullCall());
    const size = (await conversation.bytes(4, 'the reply of the NFS server')).readUInt32BE(0) % LAST_FRAGMENT;
    if (size < 8 || size > LONGEST_REPLY_BYTES) throw new Error(`the NFS server announces a reply of ${String(size)} bytes`);
    const reply = await conversation.bytes(size, 'the rest of the reply of the NFS server');
    // That it replies is enough: a version that it does not have, or a client that it does not want, are for a mount to find out.
    if (reply.readUInt32BE(0) !== XID || reply.readUInt32BE(4) !== 1) throw new Error('the NFS server replied to another question');
  } finally {
    conversation.close();
  }
}

/** A call of ONC RPC (RFC 5531) without credentials and arguments, as one record. */
function nullCall(): Buffer {
  const [call, rpcVersion, procedureNull, none] = [0, 2, 0, 0];
  const words = [XID, call, rpcVersion, NFS_PROGRAM, NFS_VERSION, procedureNull, none, none, none, none];
  const record = Buffer.alloc(4 + words.length * 4);
  record.writeUInt32BE(LAST_FRAGMENT + words.length * 4, 0);
  for (const [index, word] of words.entries()) record.writeUInt32BE(word, 4 + index * 4);
  return record;
}
