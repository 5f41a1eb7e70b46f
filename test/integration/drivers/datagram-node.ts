/** One machine that exchanges datagrams. Argument: JSON of `DatagramNodeOptions`. */
import { Datagrams, type DatagramParty } from '../../../agent/src/effects/datagrams/datagrams.ts';
import { object, text } from '../../../agent/src/configuration/checked-value.ts';
import { parseDatagramKeys } from '../../../agent/src/configuration/datagram-keys.ts';
import { serveCommands } from './serve-commands.ts';

export interface DatagramNodeOptions {
  readonly self: DatagramParty;
  readonly peers: readonly DatagramParty[];
  readonly port: number;
  readonly keys: string;
}

interface Greeting {
  readonly text: string;
}

const { self, peers, port, keys } = JSON.parse(process.argv[2] ?? '{}') as DatagramNodeOptions;
const received: { from: string; text: string }[] = [];
const problems: string[] = [];
const datagrams = new Datagrams<Greeting>({
  self,
  peers,
  port,
  keys: parseDatagramKeys(keys),
  read: object<Greeting>({ text: text('a greeting', { max: 20_000 }) }),
  onMessage: (from, message) => received.push({ from, text: message.text }),
  report: (problem) => problems.push(problem),
});

serveCommands({
  ready: () => datagrams.ready,
  send: (to: string, words: string) => datagrams.send(to, { text: words }),
  received: () => received.splice(0),
  counts: () => datagrams.counts(),
  problems: () => problems,
  useKeys: (given: string) => datagrams.useKeys(parseDatagramKeys(given)),
  memory_kb: () => process.memoryUsage().rss / 1_024,
});
