import { encodeFrame, FrameDecoder, FrameError, LARGEST_FRAME_BYTES } from '../../../agent/src/effects/transport/frames.ts';

describe('frames of a SEM connection', () => {
  test('arrive whole however they are cut', () => {
    const values = [{ a: 1 }, 'ß', [], { long: 'x'.repeat(5_000) }];
    const stream = Buffer.concat(values.map(encodeFrame));
    for (const size of [1, 3, 7, 4_096, stream.length]) {
      const decoder = new FrameDecoder();
      const decoded: unknown[] = [];
      for (let at = 0; at < stream.length; at += size) decoded.push(...decoder.push(stream.subarray(at, at + size)));
      expect(decoded).toEqual(values);
    }
  });

  test('of more than the limit are refused by their head alone', () => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(LARGEST_FRAME_BYTES + 1);
    expect(() => new FrameDecoder().push(head)).toThrow(FrameError);
  });

  test('without content are refused', () => {
    expect(() => new FrameDecoder().push(Buffer.alloc(4))).toThrow(FrameError);
  });

  test('that are no JSON are refused', () => {
    const body = Buffer.from('GET / HTTP/1.1');
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    expect(() => new FrameDecoder().push(Buffer.concat([head, body]))).toThrow('no JSON');
  });

  test('that would be too large are not made', () => {
    expect(() => encodeFrame('x'.repeat(LARGEST_FRAME_BYTES))).toThrow(FrameError);
  });
});
