import { formatDiff, type Change } from '@dbss/agent/protocol/sem/diff.ts';
import { digestOf } from '@dbss/agent/protocol/sem/digest.ts';
import { recordsOfEdit } from '@dbss/agent/protocol/sem/edit-records.ts';
import type { Edit } from '@dbss/agent/protocol/sem/messages.ts';
import { renderFiles } from '@dbss/agent/protocol/sem/render-files.ts';
import { mergeRecords, recordsOfFiles, type SharedRecords } from '@dbss/agent/protocol/sem/shared-records.ts';
import { formatVersions, recordsWithVersions } from '@dbss/agent/protocol/sem/versions-file.ts';
import * as fc from 'fast-check';
import { edited } from '../../support/edited.ts';
import { filesOf } from '../../support/ring-of.ts';

const RING = ['a', 'b', 'c', 'd'];
const METHOD = { method: 'ring' } as const;
const SEPARATE_B = 'group,Del,2 b b.dat\nseparation,Add,2 b b.dat\n';
const RETURN_B = 'separation,Del,2 b b.dat\ngroup,Add,2 b b.dat\n';
const files = filesOf(RING);
const generated = recordsOfFiles(files);

function take(records: SharedRecords, edit: Edit): SharedRecords {
  return mergeRecords(records, recordsOfEdit(edit) ?? []);
}

/** Changes that a server makes: separate, return, note or forget a virtual server. */
const change = fc
  .tuple(fc.nat(3), fc.nat(3), fc.constantFrom('separate', 'return', 'note', 'forget'))
  .map(([target, host, what]): Change[] => {
    const name = RING[target] ?? '';
    const line = `${String(target + 1)} ${name} ${name}.dat`;
    switch (what) {
      case 'separate':
        return [
          { file: 'group', operation: 'Del', line },
          { file: 'separation', operation: 'Add', line },
        ];
      case 'return':
        return [
          { file: 'problem', operation: 'Del', line: `${name}b ${name} ${RING[host] ?? ''}` },
          { file: 'separation', operation: 'Del', line },
          { file: 'group', operation: 'Add', line },
        ];
      case 'note':
        return [{ file: 'problem', operation: 'Add', line: `${name}b ${name} ${RING[host] ?? ''}` }];
      default:
        return [{ file: 'problem', operation: 'Del', line: `${name}b ${name} ${RING[host] ?? ''}` }];
    }
  });
/** Edits of any servers at any epochs, also of the same epoch: what servers do that do not hear of each other. */
const edits = fc.array(
  fc.record({ editor: fc.constantFrom(...RING), epoch: fc.integer({ min: 1, max: 6 }), diff: change.map(formatDiff) }),
  { minLength: 1, maxLength: 12 },
);

describe('edits of the management files', () => {
  test('come to the same records and the same bytes in any order, however often each comes', () => {
    const disordered = edits.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.shuffledSubarray(all)),
    );
    fc.assert(
      fc.property(disordered, ([inOrder, shuffled, repeated]) => {
        const one = inOrder.reduce(take, generated);
        const other = [...shuffled, ...repeated].reduce(take, generated);
        expect(digestOf(other)).toBe(digestOf(one));
        expect(renderFiles(other, files, METHOD)).toEqual(renderFiles(one, files, METHOD));
      }),
    );
  });

  test('two servers that missed different edits hold the same after one exchange, and have lost none', () => {
    fc.assert(
      fc.property(edits, fc.infiniteStream(fc.nat(2)), (all, where) => {
        const heard = all.map((edit) => ({ edit, by: where.next().value }));
        const one = heard.filter(({ by }) => by !== 1).reduce((records, { edit }) => take(records, edit), generated);
        const other = heard.filter(({ by }) => by !== 0).reduce((records, { edit }) => take(records, edit), generated);
        const merged = mergeRecords(one, Object.values(other));
        const back = mergeRecords(other, Object.values(merged));
        expect(digestOf(back)).toBe(digestOf(merged));
        expect(digestOf(merged)).toBe(digestOf(all.reduce(take, generated)));
      }),
    );
  });

  test('survive a restart of the agent with their versions', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const before = all.reduce(take, generated);
        const lying = renderFiles(before, files, METHOD);
        const after = recordsWithVersions(lying, formatVersions(before));
        expect(renderFiles(after, lying, METHOD)).toEqual(lying);
        // What the files do not show, a virtual server of a member, is forgotten; the others know it.
        expect(digestOf(mergeRecords(after, Object.values(before)))).toBe(digestOf(before));
      }),
    );
  });

  test('whatever they say, each server is in the group or separated, and only a separated one has a virtual server', () => {
    fc.assert(
      fc.property(edits, (all) => {
        const { group, separation, problem } = renderFiles(all.reduce(take, generated), files, METHOD);
        const servers = (text: string): string[] => text.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
        expect([...servers(group), ...servers(separation)].sort()).toEqual(RING);
        expect(servers(separation)).toEqual(expect.arrayContaining(servers(problem)));
      }),
    );
  });
});

describe('versions beside the files', () => {
  test('never stand in the files, and not for what nobody has edited', () => {
    const records = take(generated, { editor: 'a', epoch: 3, diff: SEPARATE_B });
    expect(formatVersions(records)).toBe('3 a b separation 2 b b.dat\n');
    expect(renderFiles(records, files, METHOD).separation).toBe('2 b b.dat\n');
  });

  test('of files that somebody wrote anew count no more', () => {
    const records = recordsWithVersions(files, '3 a b separation 2 b b.dat\n4 a b problem bb b c\n');
    expect(digestOf(records)).toBe(digestOf(generated));
  });

  test.each([
    'rubbish',
    '0 a b separation 2 b b.dat',
    '3 a b',
    '3 a b heartbeat b 1',
    '3 a c separation 2 b b.dat',
    '99999999999999999999 a b group 2 b b.dat',
  ])('%j is none', (line) => {
    expect(digestOf(recordsWithVersions(files, `${line}\n`))).toBe(digestOf(generated));
  });

  test('of equal epoch and editor that say different things leave the server in the group', () => {
    const separated = take(generated, { editor: 'a', epoch: 1, diff: SEPARATE_B });
    const returned = take(generated, { editor: 'a', epoch: 1, diff: RETURN_B });
    expect(renderFiles(mergeRecords(separated, Object.values(returned)), files, METHOD).separation).toBe('');
    expect(renderFiles(mergeRecords(returned, Object.values(separated)), files, METHOD).separation).toBe('');
  });
});

describe('files after edits', () => {
  test('half of an edit says as much as the whole', () => {
    const halfTold = edited(files, 'separation,Add,2 b b.dat\n');
    expect(halfTold.group).toBe('1 a a.dat\n3 c c.dat\n4 d d.dat\n');
    expect(halfTold.operation).toBe('a c c.dat\nc d d.dat\nd a a.dat\n');
    expect(edited(files, 'separation,Add,2 b b.dat\n', 'group,Add,2 b b.dat\n')).toEqual(files);
  });

  test('a server that returns has no virtual server, also where that edit was missed', () => {
    expect(edited(files, `${SEPARATE_B}problem,Add,bb b c\n`, RETURN_B)).toEqual(files);
  });

  test('a lost record of an earlier host does not stay beside the present one', () => {
    const separated = `${SEPARATE_B}problem,Add,bb b c\n`;
    expect(edited(files, separated, 'problem,Mod,bb b d,bb b a\n').problem).toBe('bb b a\n');
    expect(edited(files, separated, 'problem,Add,bb b d\n').problem).toBe('bb b d\n');
  });
});
