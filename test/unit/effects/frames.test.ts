import { encodeFrame, FrameDecoder, FrameError, LARGEST_FRAME_BYTES } from '../../../agent/src/effects/transport/frames.ts';

function framesOf(decoder: FrameDecoder, piece: Buffer): unknown[] {
  decoder.push(piece);
  const values: unknown[] = [];
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) values.push(frame.value);
  return values;
}

describe('frames of a SEM connection', () => {
  test('arrive whole however they are cut', () => {
    const values = [{ a: 1 }, 'ß', [], { long: 'x'.repeat(5_000) }];
    const stream = Buffer.concat(values.map(encodeFrame));
    for (const size of [1, 3, 7, 4_096, stream.length]) {
      const decoder = new FrameDecoder();
      const decoded: unknown[] = [];
      for (let at = 0; at < stream.length; at += size) decoded.push(...framesOf(decoder, stream.subarray(at, at + size)));
      expect(decoded).toEqual(values);
    }
  });

  test('of more than the limit are refused by their head alone', () => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(LARGEST_FRAME_BYTES + 1);
    expect(() => framesOf(new FrameDecoder(), head)).toThrow(expect.objectContaining({ kind: 'oversized' }) as Error);
  });

  test('wait in the decoder until they are asked for', () => {
    const decoder = new FrameDecoder();
    decoder.push(Buffer.concat([encodeFrame(1), encodeFrame(2)]));
    expect(decoder.next()).toEqual({ value: 1, bytes: 5 });
    expect(decoder.isReady()).toBe(true);
    expect(decoder.next()?.value).toBe(2);
    expect(decoder.isReady()).toBe(false);
    expect(decoder.held_bytes).toBe(0);
  });

  test('that come byte by byte cost no more memory than their bytes', () => {
    const decoder = new FrameDecoder();
    const before = process.memoryUsage();
    const frame = encodeFrame('x'.repeat(1_000_000));
    for (const byte of frame.subarray(0, -1)) decoder.push(Buffer.from([byte]));
    const after = process.memoryUsage();
    expect(decoder.held_bytes).toBe(frame.length - 1);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8_000_000);
    decoder.push(frame.subarray(-1));
    expect(decoder.next()?.bytes).toBe(frame.length);
  });

  test('without content are refused', () => {
    expect(() => framesOf(new FrameDecoder(), Buffer.alloc(4))).toThrow(FrameError);
  });

  test('that are no JSON are refused', () => {
    const body = Buffer.from('GET / HTTP/1.1');
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    expect(() => framesOf(new FrameDecoder(), Buffer.concat([head, body]))).toThrow('no JSON');
  });

  test('that would be too large are not made', () => {
    expect(() => encodeFrame('x'.repeat(LARGEST_FRAME_BYTES))).toThrow(FrameError);
  });
});
