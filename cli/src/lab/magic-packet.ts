/**
 * The MAC address that a Wake-on-LAN magic packet wakes: six bytes FF, then the address sixteen times, anywhere in the packet.
 *
 * @returns the address in lower case with colons, or `undefined` when the packet is no magic packet
 */
export function parseMagicPacket(packet: Uint8Array): string | undefined {
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength);
  for (let start = bytes.indexOf(SYNCHRONIZATION); start !== -1; start = bytes.indexOf(SYNCHRONIZATION, start + 1)) {
    const address = bytes.subarray(start + 6, start + 12);
    const repeated = bytes.subarray(start + 6, start + 6 + 16 * 6);
    if (repeated.length === 16 * 6 && Buffer.concat(Array.from({ length: 16 }, () => address)).equals(repeated)) {
      return [...address].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
    }
  }
  return undefined;
}

const SYNCHRONIZATION = Buffer.alloc(6, 0xff);
