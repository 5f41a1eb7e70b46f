import { logLines } from '@dbss/agent/protocol/log-lines.ts';
import { newDbss } from '@dbss/agent/protocol/dbss/dbss-state.ts';
import { capacityAcquired } from '@dbss/agent/protocol/dbss/capacity-acquisition.ts';
import type { Answer } from '@dbss/agent/protocol/sem/messages.ts';
import { DONE, Node } from '../../support/node.ts';

const RING = ['a', 'b', 'c'];

describe('the emulator of the standby has ended', () => {
  test('a suspended standby is made anew at once, and meanwhile no virtual server is promised with it', () => {
    const node = Node.running(RING, 'c');
    node.tell({ kind: 'emulator-ended' });
    expect(node.all('log').some(({ text }) => text === logLines.standbyLost())).toBe(true);
    expect(node.state.virtualServer.state).toBe('resetting');
    expect(node.call('a', { kind: 'create-virtual-server', target: 'b' })).toMatchObject({ kind: 'refused' });
    node.settle('reset-standby', DONE);
    expect(node.state.virtualServer.state).toBe('suspended');
  });

  test('while it is being made or a virtual server is being created, that work tells how it ended', () => {
    const node = Node.running(RING, 'c');
    node.tell({ kind: 'emulator-ended' });
    node.tell({ kind: 'emulator-ended' });
    expect(node.all('reset-standby')).toHaveLength(1);
    node.settle('reset-standby', DONE);
    node.call('a', { kind: 'create-virtual-server', target: 'b' });
    node.effects = [];
    node.tell({ kind: 'emulator-ended' });
    expect(node.all('reset-standby')).toEqual([]);
    expect(node.state.virtualServer.state).toBe('creating');
  });
});

describe('the virtual server of b on c, which its manager a has begun', () => {
  /** The problem file as `editor` changes it. */
  function edit(node: Node, epoch: number, diff: string): void {
    expect(node.call('a', { kind: 'edit', edit: { editor: 'a', epoch, diff } })).toEqual({ kind: 'done' });
  }

  function begun(): Node {
    const node = Node.running(['a', 'b', 'c', 'd'], 'c');
    node.call('a', { kind: 'create-virtual-server', target: 'b' });
    node.settle('resume-standby', DONE);
    node.settle('install-procedure', DONE);
    edit(node, 1, 'separation,Add,2 b b.dat\n');
    edit(node, 2, 'problem,Add,bb b c\n');
    node.effects = [];
    return node;
  }

  test('is thrown away a moment after the problem file names another host, by whoever took the recovery over', () => {
    const node = begun();
    edit(node, 3, 'problem,Mod,bb b c,bb b d\n');
    expect(node.all('set-timer').map(({ timer, after_ms }) => [timer, after_ms])).toContainEqual(['superseded', 2000]);
    expect(node.all('reset-standby')).toEqual([]);
    node.timer('superseded');
    expect(node.logs()).toContain(logLines.virtualServerSuperseded('bb', 'd'));
    expect(node.all('reset-standby')).toHaveLength(1);
  });

  test('is kept when the record of another host was only an older one', () => {
    const node = begun();
    edit(node, 3, 'problem,Mod,bb b c,bb b d\n');
    edit(node, 4, 'problem,Mod,bb b d,bb b c\n');
    node.timer('superseded');
    expect(node.all('reset-standby')).toEqual([]);
  });

  test('counts as room for b to the next manager, and for no other target', () => {
    const node = begun();
    node.timer('load');
    node.settle('measure-load', { kind: 'load', sample: { available_memory_kb: 1, cpu_idle_percent: 1, network_kb_s: 1 } });
    const answer = node.call('d', { kind: 'load' });
    expect(answer).toMatchObject({ kind: 'load', standby: 'created', standby_target: 'b' });
    expect(usable('b', answer)).toBe(true);
    expect(usable('a', answer)).toBe(false);
  });

  function usable(target: string, answer: Answer | undefined): boolean {
    const dbss = { ...newDbss(target, 'd', 1), loadOutstanding: ['c'] };
    capacityAcquired(dbss, 'c', answer ?? 'no answer');
    return dbss.candidates.length === 1;
  }
});
