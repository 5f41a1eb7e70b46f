import { AddressLimits } from '../../../agent/src/effects/transport/address-limits.ts';
import { CONNECTION_RATE, CONNECTIONS_AN_ADDRESS, STRANGERS_CONNECTIONS } from '../../../agent/src/effects/transport/limits.ts';
import { TokenBucket } from '../../../agent/src/effects/transport/token-bucket.ts';

let now_ms = 0;
const clock = (): number => now_ms;

beforeEach(() => {
  now_ms = 1_000;
});

describe('a rate', () => {
  test('lets a burst through and then so many a second', () => {
    const bucket = new TokenBucket({ burst: 3, a_second: 10 }, clock);
    for (let i = 0; i < 3; i += 1) {
      expect(bucket.wait_ms()).toBe(0);
      bucket.take();
    }
    expect(bucket.wait_ms()).toBeGreaterThan(0);
    now_ms += 100;
    expect(bucket.wait_ms()).toBe(0);
  });

  test('lets one costly thing through, and waits until it is paid off', () => {
    const bucket = new TokenBucket({ burst: 2, a_second: 10 }, clock);
    expect(bucket.wait_ms()).toBe(0);
    bucket.take(12);
    expect(bucket.wait_ms()).toBe(1_000);
    now_ms += 1_001;
    expect(bucket.wait_ms()).toBe(0);
  });

  test('saves nothing beyond the burst', () => {
    const bucket = new TokenBucket({ burst: 1, a_second: 10 }, clock);
    now_ms += 60_000;
    bucket.take();
    expect(bucket.wait_ms()).toBeGreaterThan(0);
  });
});

describe('who may connect', () => {
  test('has a number of places, and gets one back for each connection that ends', () => {
    const limits = new AddressLimits([], clock);
    for (let i = 0; i < CONNECTIONS_AN_ADDRESS; i += 1) expect(limits.begun('a')).toBeUndefined();
    expect(limits.begun('a')).toBe('connection over the limit');
    limits.ended('a');
    limits.ended('a');
    expect(limits.begun('a')).toBeUndefined();
    expect(limits.begun('b')).toBeUndefined();
  });

  test('may connect again and again only so fast', () => {
    const limits = new AddressLimits(['a'], clock);
    const connect = (): string | undefined => {
      const refused = limits.begun('a');
      limits.ended('a');
      return refused;
    };
    for (let i = 0; i < CONNECTION_RATE.burst; i += 1) expect(connect()).toBeUndefined();
    expect(connect()).toBe('connections too fast');
    now_ms += 1_000;
    for (let i = 0; i < CONNECTION_RATE.a_second; i += 1) expect(connect()).toBeUndefined();
  });

  test('finds a place as a member however many strangers there are', () => {
    const limits = new AddressLimits(['member'], clock);
    const refused = Array.from({ length: 200 }, (_, i) => limits.begun(`stranger ${String(i)}`)).filter((why) => why !== undefined);
    expect(refused).toHaveLength(200 - STRANGERS_CONNECTIONS);
    expect(limits.begun('member')).toBeUndefined();
  });

  test('is forgotten when nothing has to be remembered', () => {
    const limits = new AddressLimits([], clock);
    for (let round = 0; round < 40; round += 1) {
      for (let i = 0; i < 50; i += 1) {
        const address = `stranger ${String(round)} ${String(i)}`;
        expect(limits.begun(address)).toBeUndefined();
        limits.ended(address);
      }
      now_ms += 1_000;
      limits.forget();
    }
  });
});
