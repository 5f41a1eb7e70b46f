import { chooseCases, type ClientWorkCase } from './client-work/cases.ts';
import { type CaseSeen, runCase } from './client-work/run-case.ts';
import type { LabUnderTest } from './lab-under-test.ts';
import { expect, type Scenario } from './scenario.ts';
import { expectSelfTested, withSelfTest } from './self-test.ts';

interface Row {
  readonly tried: ClientWorkCase;
  readonly seen: CaseSeen | undefined;
  readonly problem: string;
}

export const clientWorkScenarios: readonly Scenario[] = [
  {
    name: 'client-work',
    promise:
      'for each of the six servers, Nt and St of each of its daemons: its client’s real work works again on the virtual server and on the returned one, never two of them answer at once, no other server is felt to fail, and nothing written in between is lost',
    needs: ['bootstrap'],
    onlyByName: true,
    run: async ({ lab }, { only }) => {
      const rows: Row[] = [];
      await withSelfTest(lab, async () => {
        for (const tried of chooseCases(only)) {
          const row = await tryOne(lab, tried);
          rows.push(row);
          process.stdout.write(`${row.seen === undefined ? `NOT OK: ${row.problem}` : JSON.stringify(row.seen)}\n`);
        }
      });
      process.stdout.write(`\n${table(rows)}\n`);
      const failed = rows.filter(({ seen }) => seen === undefined).map(({ tried }) => tried.name);
      expect(failed.length === 0, 'every case kept', failed);
    },
  },
];

async function tryOne(lab: LabUnderTest, tried: ClientWorkCase): Promise<Row> {
  process.stdout.write(`${new Date().toISOString()} ${tried.name}\n`);
  try {
    const seen = await runCase(lab, tried);
    await expectSelfTested(lab, tried.server);
    return { tried, seen, problem: '' };
  } catch (error) {
    // The next one waits until the ring is normal again: one failure is not all.
    return { tried, seen: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

function table(rows: readonly Row[]): string {
  const lines = [
    ['server', 'problem', 'outage', 'held by', 'at the return', 'written', 'found again'],
    ...rows.map(({ tried, seen, problem }) => {
      const [outage, ...later] = seen?.outages_s ?? [];
      return [
        tried.server,
        tried.fault === 'network' ? 'Nt' : `St (${tried.daemon})`,
        outage === undefined ? '-' : seconds(outage),
        seen?.heldBy ?? '-',
        later.length === 0 ? '-' : later.map(seconds).join(', '),
        seen?.written ?? 'NOT OK',
        seen?.foundAgain ?? problem.split('\n')[0]?.slice(0, 100) ?? '',
      ];
    }),
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function seconds(outage_s: number): string {
  return `${outage_s.toFixed(2)} s`;
}
