import { Random } from '../../cli/src/simulator/random.ts';
import { type ChaosFault, fill, type PlannedFault, type Step } from './fault.ts';

/** A ring as far as faults look at it: its servers in their order, each with its first daemon, and the file server. */
export interface ChaosRing {
  readonly servers: readonly { readonly name: string; readonly daemon: string }[];
  readonly fileServer: string;
}

/**
 * The faults of a seed: each kind once in a random order, then each once more, and so on. The servers that they befall take turns in an order of
 * the seed's, so that none fails so often that it is held back.
 */
export function chooseFaults(faults: readonly ChaosFault[], ring: ChaosRing, count: number, seed: number): readonly PlannedFault[] {
  const random = new Random(seed);
  const planned: PlannedFault[] = [];
  let kinds: ChaosFault[] = [];
  let turns: number[] = [];
  while (planned.length < count) {
    if (kinds.length === 0) kinds = shuffled(faults, random);
    if (turns.length === 0) turns = shuffled([...ring.servers.keys()], random);
    const fault = kinds.shift();
    const index = turns.shift();
    if (fault === undefined || index === undefined) throw new Error('there is no fault, or no server, to choose from');
    planned.push({ fault, names: namesAt(ring, index) });
  }
  return planned;
}

/** A step for the machines that were chosen. */
export function stepFor(step: Step, { names }: PlannedFault): readonly string[] {
  return step.map((word) => fill(word, names));
}

/** What each `$name` stands for when a fault befalls the server with this index. */
function namesAt({ servers, fileServer }: ChaosRing, index: number): Readonly<Record<string, string>> {
  const at = (position: number): ChaosRing['servers'][number] => {
    const server = servers[(position + servers.length) % servers.length];
    if (server === undefined) throw new Error('a ring without servers');
    return server;
  };
  return { server: at(index).name, manager: at(index - 1).name, next: at(index + 1).name, daemon: at(index).daemon, files: fileServer };
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  const rest = [...items];
  const order: T[] = [];
  while (rest.length > 0) order.push(...rest.splice(random.integer(0, rest.length - 1), 1));
  return order;
}
