import type { FailureRecord } from '../run-record.ts';

/** What else differs from the paper, and between the methods, where servers fail together. */
export function severalFailures(records: readonly FailureRecord[]): readonly string[] {
  if (!records.some(({ faults }) => faults.length > 1)) return [];
  return [
    '',
    'Where several servers fail, the manager of one may be another of them: `recovered by` tells who recovered it. In the paper mail (ring) and Web 2 (p2p) recover Web 1',
    'when FTP fails, too (§5.3); here a server whose services alone have stopped goes on as a manager until it is restarted, and may recover its target first.',
    'Only the target whose own manager is there is prepared while it is reexamined (decision 0218). A manager that recovers several targets selects their hosts one',
    'after the other, when all are reexamined; where the standby of the selected host has just been taken it goes on to the next host. `selection` and the recovery of',
    'the function are longer by that.',
  ];
}

/** Why emulated virtual servers take longer where several of them begin at once: what each takes alone stands in the section of a single failure. */
export function emulatedTogether(records: readonly FailureRecord[]): readonly string[] {
  const several = records.filter(({ conditions, faults }) => conditions.accelerator === 'tcg' && faults.length > 1);
  if (several.length === 0) return [];
  const isMail = several.some(({ faults }) => faults.some(({ server }) => server === 'mail'));
  return [
    '',
    'The virtual servers are emulated (TCG): the processors of the one machine carry out each of their instructions by many of their own, beside all servers of the lab.',
    'Where several servers fail, several virtual servers install at once on these processors and do the first work of their clients at the same time; `installation` and',
    "what passes until the client's first OK are longer by that.",
    ...(isMail
      ? [
          'Delivering a mail and fetching it again passes through more programs than the work of the other clients, so mail is the slowest, and each attempt that is not',
          'done in its second is an XX that costs a whole second more.',
        ]
      : []),
  ];
}

/** Why p2p detects late where the server failed that gives the others the time: what makes a difference between methods must not look like chance. */
export function synchronizationFileMissing(records: readonly FailureRecord[]): readonly string[] {
  const sender = records[0]?.servers[0];
  if (!records.some(({ method, faults }) => method === 'p2p' && faults.some(({ server }) => server === sender))) return [];
  return [
    '',
    `With p2p each interval begins with a start signal (S.file) of ${sender ?? ''}, the first server of the group (§2.3). Where it has failed, the others wait for it for ` +
      '`answer_ms` (1 s in the profile `paper`), then go on by their own clocks (decision 0410): their detection is later by that. Further failures are found one after another.',
  ];
}
