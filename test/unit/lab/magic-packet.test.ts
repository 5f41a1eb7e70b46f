import { parseMagicPacket } from '../../../cli/src/lab/magic-packet.ts';

const address = Buffer.from('02db550000ab', 'hex');
const packet = Buffer.concat([Buffer.alloc(6, 0xff), ...Array.from({ length: 16 }, () => address)]);

test('a magic packet names the address that it wakes', () => {
  expect(parseMagicPacket(packet)).toBe('02:db:55:00:00:ab');
});

test('a magic packet may have something before and after it', () => {
  expect(parseMagicPacket(Buffer.concat([Buffer.from('x'), packet, Buffer.from('secure on')]))).toBe('02:db:55:00:00:ab');
  expect(parseMagicPacket(Buffer.concat([Buffer.alloc(3, 0xff), packet]))).toBe('02:db:55:00:00:ab');
});

test('what is cut off or has one wrong byte wakes nothing', () => {
  expect(parseMagicPacket(packet.subarray(0, -1))).toBeUndefined();
  const wrong = Buffer.from(packet);
  wrong[60] = 0;
  expect(parseMagicPacket(wrong)).toBeUndefined();
  expect(parseMagicPacket(Buffer.alloc(0))).toBeUndefined();
});
