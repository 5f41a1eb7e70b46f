import { AnswerBook, SETTLED_MS } from '../../../../cli/src/lab/observer/answer-book.ts';
import type { AddressSummary, Observation } from '../../../../cli/src/lab/observer/observation.ts';

const EVERY_MS = 10;

/** Rounds of questions about the address of ftp; `answers` tells who answers in a round, and after how many milliseconds. */
function watched(
  rounds: number,
  answers: (round: number) => Readonly<Record<string, number>>,
): { readonly said: Observation[]; readonly summary: AddressSummary } {
  const said: Observation[] = [];
  const book = new AnswerBook({ servers: ['ftp'], every_ms: EVERY_MS, say: (observation) => said.push(observation) });
  const coming: { readonly at_ms: number; readonly round: number; readonly by: string }[] = [];
  for (let round = 0; round < rounds + SETTLED_MS / EVERY_MS; round += 1) {
    const now_ms = round * EVERY_MS;
    for (const { at_ms, round: asked, by } of coming.filter((answer) => answer.at_ms < now_ms && answer.at_ms >= now_ms - EVERY_MS)) {
      for (const what of ['arp', 'tcp'] as const) book.answered({ what, round: asked, server: 'ftp', by, received_ms: at_ms });
    }
    book.settle(now_ms);
    if (round >= rounds) continue;
    book.asked(round, now_ms);
    for (const [by, after_ms] of Object.entries(answers(round))) coming.push({ at_ms: now_ms + after_ms, round, by });
  }
  const [summary] = book.close();
  if (summary === undefined) throw new Error('no summary');
  return { said, summary };
}

test('one machine that answers every round: one interval for each question, nothing unreachable, no double', () => {
  const { said, summary } = watched(100, () => ({ ftp: 1 }));
  expect(summary).toEqual({ server: 'ftp', doubles: 0, handovers: 0, unreachable_ms: 0 });
  expect(said).toEqual([
    { kind: 'answered', what: 'arp', server: 'ftp', by: 'ftp', from_ms: 1, to_ms: 990, answers: 100 },
    { kind: 'answered', what: 'tcp', server: 'ftp', by: 'ftp', from_ms: 1, to_ms: 990, answers: 100 },
  ]);
});

test('two machines that answer one round at once are an instant with two answers, each round counted', () => {
  const { said, summary } = watched(100, (round) => (round < 50 ? { ftp: 1 } : round < 53 ? { ftp: 1, web2: 2 } : { web2: 1 }));
  expect(summary.doubles).toBe(3);
  expect(said.filter(({ kind }) => kind === 'double')).toEqual(
    [50, 51, 52].map((round) => ({ kind: 'double', server: 'ftp', round, at_ms: round * 10, by: ['ftp', 'web2'] })),
  );
});

test('a change of hands is no double answer', () => {
  const { said, summary } = watched(100, (round) => (round < 50 ? { ftp: 1 } : { web2: 1 }));
  expect(summary).toMatchObject({ doubles: 0, handovers: 0, unreachable_ms: 0 });
  expect(said).toContainEqual({ kind: 'answered', what: 'arp', server: 'ftp', by: 'ftp', from_ms: 1, to_ms: 490, answers: 50 });
  expect(said).toContainEqual({ kind: 'answered', what: 'arp', server: 'ftp', by: 'web2', from_ms: 501, to_ms: 990, answers: 50 });
});

test('a slow new holder that answers a question from before its time is a handover: the first answers no more', () => {
  const { summary } = watched(100, (round) =>
    round < 49 ? { ftp: 1 } : round === 49 ? { ftp: 1, web2: 60 } : round < 56 ? {} : { web2: 1 },
  );
  expect(summary).toMatchObject({ doubles: 0, handovers: 1 });
});

test('a slow second holder is a double answer where the first still answers afterwards', () => {
  const { summary } = watched(100, (round) => (round === 49 ? { ftp: 1, web2: 60 } : { ftp: 1 }));
  expect(summary).toMatchObject({ doubles: 1, handovers: 0 });
});

test('a slow first holder is a double answer where the second already answered before the question', () => {
  const { summary } = watched(100, (round) => (round === 49 ? { ftp: 60, web2: 1 } : { web2: 1 }));
  // Who was slow answered last; the one that answered first still answers.
  expect(summary).toMatchObject({ doubles: 1, handovers: 0 });
});

test('an address is unreachable from the first question without an answer to the next with one', () => {
  const { said, summary } = watched(100, (round): Record<string, number> => (round >= 20 && round < 60 ? {} : { ftp: 1 }));
  expect(summary.unreachable_ms).toBe(400);
  expect(said).toContainEqual({ kind: 'unreachable', server: 'ftp', from_ms: 200, to_ms: 600 });
});

test('an address that is unreachable in the end is said to be so without an end', () => {
  const { said, summary } = watched(100, (round): Record<string, number> => (round >= 60 ? {} : { ftp: 1 }));
  expect(summary.unreachable_ms).toBe(390);
  expect(said).toContainEqual({ kind: 'unreachable', server: 'ftp', from_ms: 600, to_ms: null });
});

test('a late answer is an answer to its own round', () => {
  const { summary } = watched(100, () => ({ ftp: 700 }));
  expect(summary).toMatchObject({ doubles: 0, unreachable_ms: 0 });
});

test('an answer to a round that was judged already is not counted', () => {
  const book = new AnswerBook({ servers: ['ftp'], every_ms: EVERY_MS, say: () => undefined });
  book.asked(0, 0);
  book.settle(SETTLED_MS);
  expect(book.answered({ what: 'arp', round: 0, server: 'ftp', by: 'ftp', received_ms: SETTLED_MS + 1 })).toBe(false);
});
