import { expect } from './scenario.ts';
import type { Watched } from './watched.ts';

/** How long a virtual server answered at a server's virtual address, as the observer saw it. Unix times in milliseconds. */
export interface VirtualService {
  /** e.g. `web2` */
  readonly host: string;
  readonly from_ms: number;
  readonly until_ms: number;
}

const BY = 'virtual server on ';

/** The one virtual server that answered for a server, from its first answer to its last; what the agents say of themselves does not count here. */
export function virtualServiceOf({ observations }: Watched, server: string): VirtualService {
  const answers = observations.flatMap((seen) =>
    seen.kind === 'answered' && seen.server === server && seen.by.startsWith(BY) ? [seen] : [],
  );
  const hosts = [...new Set(answers.map(({ by }) => by.slice(BY.length)))];
  const [host] = hosts;
  expect(host !== undefined && hosts.length === 1, `one virtual server of ${server} that answered`, hosts);
  return {
    host,
    from_ms: Math.min(...answers.map(({ from_ms }) => from_ms)),
    until_ms: Math.max(...answers.map(({ to_ms }) => to_ms)),
  };
}
