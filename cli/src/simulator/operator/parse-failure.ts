import { UserError } from '../../errors.ts';
import { nearestWord } from '../../inventory/nearest-word.ts';
import type { TimedFault } from '../fault.ts';

/** What can fail, as an operator names it. */
const FAILURE_KINDS = ['power', 'service', 'link', 'sem', 'freeze'] as const;
type FailureKind = (typeof FAILURE_KINDS)[number];

/** What does not come right by itself is repaired after this long where nothing else is said. */
export const REPAIRED_AFTER_MS = 300_000;

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const HINT = 'a failure is SERVER[:KIND]@TIME[+DURATION], e.g. ftp@5s or web1:freeze@20s+2m';

/**
 * Read `ftp@5s,web1:freeze@20s+2m`: what fails when, counted from the beginning of an interval, and after how long somebody repairs it.
 *
 * @param servers names of the ring's servers
 * @throws UserError that names the wrong word and the nearest valid one
 */
export function parseFailures(texts: readonly string[], servers: readonly string[]): readonly TimedFault[] {
  const words = texts.flatMap((text) => text.split(',')).map((word) => word.trim());
  const failures = words.filter((word) => word !== '').map((word) => parseFailure(word, servers));
  if (failures.length === 0) throw new UserError('nothing fails', { hint: `say what with --fail: ${HINT}` });
  return failures.sort((a, b) => a.at_ms - b.at_ms);
}

function parseFailure(word: string, servers: readonly string[]): TimedFault {
  const [, server = '', kindWord, at, duration] = /^([^:@+]*)(?::([^@+]*))?@([^+]*)(?:\+(.*))?$/.exec(word) ?? [];
  if (at === undefined) throw new UserError(`"${word}" does not say when: expected SERVER[:KIND]@TIME`, { hint: HINT });
  oneOf(server, servers, word, 'server');
  const kind = oneOf(kindWord ?? 'power', FAILURE_KINDS, word, 'kind of failure');
  const for_ms = duration === undefined ? undefined : timeOf(duration, word);
  return { at_ms: timeOf(at, word), fault: faultOf(kind, server, for_ms) };
}

function faultOf(kind: FailureKind, server: string, for_ms: number | undefined): TimedFault['fault'] {
  const repaired_ms = for_ms ?? REPAIRED_AFTER_MS;
  switch (kind) {
    case 'power':
      return { kind, server, for_ms };
    case 'service':
      return { kind, server, how: for_ms === undefined ? 'stopped' : 'broken', for_ms: repaired_ms };
    case 'link':
      return { kind, server, network: 'service', for_ms: repaired_ms };
    case 'sem':
      return { kind: 'link', server, network: 'sem', for_ms: repaired_ms };
    case 'freeze':
      return { kind, server, for_ms: repaired_ms, messagesLost: false };
  }
}

function oneOf<T extends string>(found: string, valid: readonly T[], word: string, what: string): T {
  const known = valid.find((candidate) => candidate === found);
  if (known !== undefined) return known;
  const nearest = nearestWord(found, valid);
  const meant = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  throw new UserError(`"${word}": found ${found === '' ? 'nothing' : `"${found}"`}, expected a ${what} (${valid.join(', ')})${meant}`, {
    hint: HINT,
  });
}

function timeOf(text: string, word: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? [];
  const unit_ms = unit === undefined ? undefined : UNITS_MS[unit === '' ? 's' : unit];
  if (number !== undefined && unit_ms !== undefined) return Math.round(Number(number) * unit_ms);
  const nearest = unit === undefined ? undefined : nearestWord(unit, Object.keys(UNITS_MS));
  const meant = nearest === undefined ? '' : `; did you mean ${number ?? ''}${nearest}?`;
  throw new UserError(`"${word}": found "${text}", expected a time like 5s, 500ms or 2m${meant}`, { hint: HINT });
}
