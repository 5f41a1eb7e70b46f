import { failAndReturn, type Fault } from './fail-and-return.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { expectGeneratedFiles } from './managed-ring.ts';
import { expect, type Scenario } from './scenario.ts';

/** Access disconnection time of Table 2, the proposed method, network problem in one server. */
const PAPER_DISCONNECTION_S = 11.64;
/** The return of the address is felt, if at all, as a second short gap. */
const RETURN_GAP_LIMIT_S = 3;

export const serverFailureScenarios: readonly Scenario[] = [
  {
    name: 'network-problem',
    promise: 'Nt: the plug is pulled on ftp; its clients are served again within the paper’s 11.64 s, and ftp returns by itself (§5.3)',
    run: (lab) => servedAgainAndReturned(lab, 'network'),
  },
  {
    name: 'service-problem',
    promise: 'St: vsftpd stops for good; its clients are served again within the same bound, and ftp returns by itself (§5.3)',
    run: (lab) => servedAgainAndReturned(lab, 'service'),
  },
];

async function servedAgainAndReturned(lab: LabUnderTest, fault: Fault): Promise<void> {
  const { heldBy, outages_s } = await failAndReturn(lab, fault);
  process.stdout.write(`held by ${heldBy}; client outages: ${outages_s.map((outage) => outage.toFixed(2)).join(' s, ')} s\n`);
  await expectGeneratedFiles(lab);
  const [first, ...later] = outages_s;
  expect(first !== undefined, 'an outage at the client: otherwise nothing was tested');
  expect(first < PAPER_DISCONNECTION_S, `an access disconnection time below ${String(PAPER_DISCONNECTION_S)} s`, first);
  expect(
    later.every((outage) => outage < RETURN_GAP_LIMIT_S),
    'no long second outage',
    outages_s,
  );
}
