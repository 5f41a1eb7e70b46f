/** Asks an address again and again and keeps what was answered. Instants are this machine's monotonic clock, in milliseconds. */
import { createSocket, type Socket } from 'node:dgram';
import { createConnection, type Socket as Connection } from 'node:net';
import { serveCommands } from './serve-commands.ts';

const PORT = 7;
const now_ms = (): number => Number(process.hrtime.bigint()) / 1e6;

interface Observation {
  /** When each question that was answered had been sent. */
  readonly answered: number[];
  readonly stop: () => void;
}

const observations = new Map<string, Observation>();
const streams = new Map<string, Observation>();

async function observe(address: string, every_ms: number): Promise<void> {
  const answered: number[] = [];
  const socket: Socket = createSocket('udp4');
  socket.on('message', (data) => answered.push(data.readDoubleLE())).on('error', () => undefined);
  await new Promise<void>((bound) => socket.bind(0, bound));
  const timer = setInterval(() => socket.send(instant(), PORT, address, () => undefined), every_ms);
  observations.set(address, {
    answered,
    stop: () => {
      clearInterval(timer);
      socket.close();
    },
  });
}

/** One connection that lasts, on which questions are sent. */
async function stream(address: string, every_ms: number): Promise<void> {
  const answered: number[] = [];
  const connection: Connection = createConnection({ host: address, port: PORT, noDelay: true });
  connection.on('error', () => undefined);
  await new Promise<void>((connected) => connection.once('connect', connected));
  let received = Buffer.alloc(0);
  connection.on('data', (data: Buffer) => {
    received = Buffer.concat([received, data]);
    for (; received.length >= 8; received = received.subarray(8)) answered.push(received.readDoubleLE());
  });
  const timer = setInterval(() => connection.write(instant()), every_ms);
  streams.set(address, {
    answered,
    stop: () => {
      clearInterval(timer);
      connection.destroy();
    },
  });
}

function instant(): Buffer {
  const data = Buffer.alloc(8);
  data.writeDoubleLE(now_ms());
  return data;
}

function stop(from: Map<string, Observation>, address: string): readonly number[] {
  const found = from.get(address);
  from.delete(address);
  found?.stop();
  return found?.answered ?? [];
}

/** Connections one after another; how many were made, and how long the longest took. */
async function connects(address: string, duration_ms: number): Promise<{ made: number; failed: number; longest_ms: number }> {
  const end_ms = now_ms() + duration_ms;
  let [made, failed, longest_ms] = [0, 0, 0];
  while (now_ms() < end_ms) {
    const begun_ms = now_ms();
    const connection = createConnection({ host: address, port: PORT });
    const connected = await new Promise<boolean>((settled) => {
      connection.setTimeout(2_000, () => settled(false));
      connection.once('connect', () => settled(true)).once('error', () => settled(false));
    });
    connection.destroy();
    if (connected) made += 1;
    else failed += 1;
    longest_ms = Math.max(longest_ms, now_ms() - begun_ms);
  }
  return { made, failed, longest_ms };
}

serveCommands({
  observe,
  observed: (address: string) => observations.get(address)?.answered ?? [],
  stopObserving: (address: string) => stop(observations, address),
  stream,
  stopStream: (address: string) => stop(streams, address),
  connects,
  now: now_ms,
});
