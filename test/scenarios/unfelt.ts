import { accessLogLine } from '../../cli/src/lab/client/access-log.ts';
import { Clients } from './clients.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { expect } from './scenario.ts';

const SERVED_LIMIT_S = 60;
/** What `dbssctl lab client` gives one attempt where nothing else is said. */
const LIMITS = '1 s, for mail and a login 3 s';

/**
 * Do something while clients of these servers work, from before it until they were served once more after it: not one of their attempts may have failed.
 *
 * @throws Error that tells which did, within which limit
 */
export async function unfeltBy(lab: LabUnderTest, servers: readonly string[], act: () => Promise<void>): Promise<void> {
  const clients = await Clients.of(lab, servers);
  try {
    const from_ms = Date.now();
    await act();
    await clients.untilServed(servers, Date.now(), { limit_s: SERVED_LIMIT_S });
    const failed = servers.flatMap((server) =>
      clients
        .attemptsOf(server)
        .filter(({ ok, ended_ms }) => !ok && ended_ms >= from_ms)
        .map((attempt) => `${server}: ${accessLogLine(attempt)}`),
    );
    expect(failed.length === 0, `every attempt of the clients of ${servers.join(', ')} served within its limit (${LIMITS})`, failed);
  } finally {
    await clients.stop();
  }
}
