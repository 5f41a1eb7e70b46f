/**
 * `npm run mutations [-- --only PATTERN] [--trace]`: rules of docs/ownership.md, of the ring, of SEM and of restraint are dropped, one at a time; for each the
 * explorer or the simulator must find a history that a checker or a stated expectation does not allow, and that the code without the mutation passes. One
 * row a rule: what caught it, after how much, and what was seen; with `--trace` or where only one is run, the history, shortened. Exit code 1 where
 * one is not caught and nobody has said why that is right.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { MUTATIONS } from './all.ts';
import { type Tried, tryMutation } from './try-mutation.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: String(os.availableParallelism()) },
    trace: { type: 'boolean', default: false },
  },
});
/** A checker may tell the files of all servers. */
const LONGEST = 300;

os.setPriority(os.constants.priority.PRIORITY_LOW);
const chosen = MUTATIONS.filter(({ rule }) => new RegExp(values.only, 'u').test(rule));
const trace = values.trace || chosen.length === 1;
const done: Tried[] = [];
const waiting = [...chosen.entries()];
let told = 0;
row('rule that is dropped', 'caught by', 'after');
await Promise.all(Array.from({ length: Number(values.workers) }, work));
const count = (verdict: Tried['verdict']): string => String(done.filter((tried) => tried.verdict === verdict).length);
say(`${String(chosen.length)} rules dropped, ${count('caught')} caught, ${count('explained')} explained, ${count('wrong')} not caught`);
process.exitCode = done.every(({ verdict }) => verdict !== 'wrong') ? 0 : 1;

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [index, mutation] = next;
    done[index] = await tryMutation(mutation, trace);
    for (let tried = done[told]; tried !== undefined; tried = done[told]) {
      tell(tried);
      told += 1;
    }
  }
}

/** In the order of the table, whichever is done first. */
function tell({ mutation, verdict, finding, why }: Tried): void {
  const [, checker = '', seen = ''] = /^(.*?): (.*)$/su.exec(finding?.violation ?? '') ?? [];
  row(mutation.rule, verdict === 'caught' ? checker : verdict === 'explained' ? 'nothing, explained' : '!', finding?.effort ?? '');
  for (const line of [why, mutation.harmless, seen])
    if (line !== undefined && line !== '') say(`    ${(line.split('\n')[0] ?? '').slice(0, LONGEST)}`);
  if (trace) for (const line of finding?.trace ?? []) say(`      ${line}`);
}

function row(rule: string, checker: string, effort: string): void {
  say(`${rule.padEnd(88)} ${checker.padEnd(28)} ${effort}`.trimEnd());
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
