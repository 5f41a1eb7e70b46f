import { arpProbe, askingPort, parseArpAnswer, parseTcpAnswer, tcpEnd, tcpQuestion } from '../../../../cli/src/lab/observer/frames.ts';

const OBSERVER = { mac: '02:00:00:00:00:01', address: '198.18.0.2', port: askingPort(70_000) };
const HOLDER = { mac: '02:db:55:00:00:12', address: '198.18.0.112', port: 21 };

/** What Linux answers to a probe: sender and target change places. */
function answerTo(probe: Buffer): Buffer {
  const mac = Buffer.from('02db55000012', 'hex');
  const asking = probe.subarray(22, 28);
  const asked = probe.subarray(38, 42);
  return Buffer.concat([asking, mac, probe.subarray(12, 20), Buffer.from([0, 2]), mac, asked, asking, Buffer.alloc(4)]);
}

/** What Linux answers to a SYN where somebody listens. */
function acceptanceOf(question: Buffer): Buffer {
  const answer = Buffer.from(question);
  question.copy(answer, 0, 6, 12);
  question.copy(answer, 6, 0, 6);
  question.copy(answer, 26, 30, 34);
  question.copy(answer, 30, 26, 30);
  question.copy(answer, 34, 36, 38);
  question.copy(answer, 36, 34, 36);
  answer.writeUInt32BE(question.readUInt32BE(38) + 1, 42);
  answer.writeUInt8(0x12, 47);
  return answer;
}

/** The sum that a receiver makes: 0 when nothing was damaged. */
function checked(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

test('a probe asks everybody, and names no sender address that a neighbour would learn (RFC 5227)', () => {
  const probe = arpProbe('198.18.0.112', 5);
  expect(probe.subarray(0, 6).toString('hex')).toBe('ffffffffffff');
  expect(probe.subarray(28, 32).toString('hex')).toBe('00000000');
  expect(probe.subarray(38, 42).join('.')).toBe('198.18.0.112');
});

test('an answer tells who has the address and which round asked', () => {
  expect(parseArpAnswer(answerTo(arpProbe('198.18.0.112', 1029)))).toEqual({
    roundTag: 1029 % 1024,
    address: '198.18.0.112',
    mac: '02:db:55:00:00:12',
  });
});

test('probes, answers to others and short frames are no answers', () => {
  const probe = arpProbe('198.18.0.112', 5);
  const toAnother = answerTo(probe);
  Buffer.from('02db55000013', 'hex').copy(toAnother, 32);
  for (const frame of [probe, toAnother, answerTo(probe).subarray(0, 30), Buffer.alloc(0)]) expect(parseArpAnswer(frame)).toBeUndefined();
});

test('a question for a connection has correct checksums', () => {
  const question = tcpQuestion(OBSERVER, HOLDER, 70_000);
  expect(checked(question.subarray(14, 34))).toBe(0);
  expect(checked(Buffer.concat([question.subarray(26, 34), Buffer.from([0, 6, 0, 20]), question.subarray(34)]))).toBe(0);
});

test('an acceptance tells who accepted and which round asked', () => {
  const answer = acceptanceOf(tcpQuestion(OBSERVER, HOLDER, 70_000));
  expect(parseTcpAnswer(answer, OBSERVER.address)).toEqual({ round: 70_000, address: HOLDER.address, port: 21, mac: HOLDER.mac });
});

test('a refusal, an acceptance for another machine and one of a connection of this machine are no acceptances', () => {
  const answer = acceptanceOf(tcpQuestion(OBSERVER, HOLDER, 1));
  const refusal = Buffer.from(answer);
  refusal.writeUInt8(0x14, 47);
  const ownConnection = Buffer.from(answer);
  ownConnection.writeUInt16BE(40_000, 36);
  expect(parseTcpAnswer(refusal, OBSERVER.address)).toBeUndefined();
  expect(parseTcpAnswer(answer, '198.18.0.3')).toBeUndefined();
  expect(parseTcpAnswer(ownConnection, OBSERVER.address)).toBeUndefined();
  expect(parseTcpAnswer(answer.subarray(0, 50), OBSERVER.address)).toBeUndefined();
});

test('what was accepted is taken back with the sequence number that the other end expects', () => {
  const end = tcpEnd(OBSERVER, HOLDER, 70_000);
  expect(end.readUInt32BE(38)).toBe(70_001);
  expect(end.readUInt8(47)).toBe(0x04);
});
