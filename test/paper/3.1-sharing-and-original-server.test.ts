import { formatDiff, parseDiff } from '@dbss/agent/protocol/sem/diff.ts';
import { edited } from '../support/edited.ts';
import { World } from '../support/world.ts';
import { ringInMidInterval, SIX } from '../support/normal.ts';
import { filesOf } from '../support/ring-of.ts';

describe('§3.1 management file sharing (SEM)', () => {
  const DIFFS = [
    ['Del: filename, Del, deletion information', 'group,Del,2 ftp ftp.dat\n', { file: 'group', operation: 'Del', line: '2 ftp ftp.dat' }],
    [
      'Add: filename, Add, additional information',
      'separation,Add,2 ftp ftp.dat\n',
      { file: 'separation', operation: 'Add', line: '2 ftp ftp.dat' },
    ],
    [
      'Mod: filename, Mod, information before change, information after change',
      'problem,Mod,ftpb ftp login,ftpb ftp web2\n',
      { file: 'problem', operation: 'Mod', before: 'ftpb ftp login', after: 'ftpb ftp web2' },
    ],
  ] as const;

  test.each(DIFFS)('§3.1 Diff.dat %s', (_, text, change) => {
    expect(formatDiff([change])).toBe(text);
    expect(parseDiff(text)).toEqual([change]);
  });

  test.each([
    '',
    'group\n',
    'group,Add\n',
    'group,Add,\n',
    'group,Del,2 ftp ftp.dat,more\n',
    'problem,Mod,ftpb ftp login\n',
    'problem,Mod,a,b,c\n',
    'nofile,Add,x\n',
    'group,Put,x\n',
    // Made from the group file, never edited by itself (§2.4).
    'operation,Add,mail ftp ftp.dat\n',
    'group,Del,2 ftp ftp.dat\nrubbish\n',
  ])('§3.1 %j is no Diff.dat and changes nothing', (text) => {
    expect(parseDiff(text)).toBeUndefined();
  });

  test('§3.1 each management server edits its files by the received Diff.dat', () => {
    const files = filesOf(SIX);
    const after = edited(files, 'group,Del,2 ftp ftp.dat\nseparation,Add,2 ftp ftp.dat\n');
    expect(after.group).toBe(files.group.replace('2 ftp ftp.dat\n', ''));
    expect(after.separation).toBe('2 ftp ftp.dat\n');
    expect(after.operation).toMatch(/^mail web1 web1.dat\n/);
  });

  test('§3.1 the same Diff.dat again changes nothing', () => {
    for (const [, text] of DIFFS) {
      const once = edited(filesOf(SIX), text);
      expect(edited(filesOf(SIX), text, text)).toEqual(once);
    }
  });

  test('§3.1 the management files of all management servers are shared when a target fails', () => {
    const world = ringInMidInterval(new World(SIX));
    const diffs: string[] = [];
    world.watch = (host, effect) => {
      if (effect.kind === 'call' && effect.message.kind === 'edit') diffs.push(`${host} → ${effect.to}: ${effect.message.edit.diff}`);
    };
    world.plug('ftp');
    world.run(15_000);
    const others = SIX.filter((name) => name !== 'ftp' && name !== 'mail');
    expect(diffs.sort()).toEqual(
      others
        .flatMap((name) => [
          `mail → ${name}: group,Del,2 ftp ftp.dat\nseparation,Add,2 ftp ftp.dat\n`,
          `mail → ${name}: problem,Add,ftpb ftp login\n`,
        ])
        .sort(),
    );
  });
});

describe('§3.1 original server method', () => {
  test.each(SIX.slice(0, 5))('§3.1 the original server becomes the backup of %s by its installation procedure', (target) => {
    const world = ringInMidInterval(new World(SIX));
    const work: string[] = [];
    world.watch = (_, effect) => {
      if (effect.kind === 'resume-standby' || effect.kind === 'add-virtual-server-address') work.push(effect.kind);
      if (effect.kind === 'install-procedure') work.push(`${effect.kind} ${effect.target}`);
    };
    world.plug(target);
    world.run(20_000);
    expect(work).toEqual(['resume-standby', `install-procedure ${target}`, 'add-virtual-server-address']);
    expect(world.network.holders(world.vipOf(target))[0]).toMatch(new RegExp(`^${target}b@`));
  });
});
