import { createSocket } from 'node:dgram';
import { reasonOf } from '../reason-of.ts';

const WAKE_ON_LAN_PORT = 9;

/** The 102 bytes that a network card wakes its machine on: six times ff, then its MAC address sixteen times. */
export function magicPacket(mac: string): Buffer {
  const address = Buffer.from(mac.replaceAll(':', ''), 'hex');
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) throw new Error(`not a MAC address: ${mac}`);
  return Buffer.concat([Buffer.alloc(6, 0xff), ...Array.from({ length: 16 }, () => address)]);
}

/**
 * Send the magic packet for `mac` to each broadcast address; the kernel's routes choose the network and the source address.
 *
 * @throws Error when it could be sent to none of them
 */
export async function wakeOnLan(mac: string, broadcasts: readonly string[], port = WAKE_ON_LAN_PORT): Promise<void> {
  const packet = magicPacket(mac);
  const sent = await Promise.allSettled(broadcasts.map((broadcast) => sendBroadcast(packet, broadcast, port)));
  const failures = sent.flatMap((result) => (result.status === 'rejected' ? [reasonOf(result.reason)] : []));
  if (failures.length === broadcasts.length) throw new Error(`no magic packet could be sent: ${failures.join('; ')}`);
}

function sendBroadcast(packet: Buffer, broadcast: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const settle = (cause: Error | null): void => {
      socket.close();
      if (cause === null) resolve();
      else reject(new Error(`to ${broadcast}`, { cause }));
    };
    socket.once('error', settle);
    socket.bind(0, () => {
      socket.setBroadcast(true);
      socket.send(packet, port, broadcast, settle);
    });
  });
}
