import { execFileSync } from 'node:child_process';
import { oneWayRules } from '../../cli/src/lab/machine-links.ts';
import { createNetwork, run, type Network } from './support/namespaces.ts';
import { describeAsRoot } from './support/root.ts';

describeAsRoot('a cable of a lab that is broken in one direction', () => {
  let network: Network;

  const cable = (state: 'deaf' | 'mute' | undefined): void => {
    execFileSync('ip', ['netns', 'exec', network.switchNamespace, 'nft', '-f', '-'], { input: oneWayRules(network.port('one'), state) });
  };
  /** Whether the question of `one` who has the address of `two` arrived there, and whether the answer came back. */
  const asked = (): { readonly heard: boolean; readonly answered: boolean } => {
    for (const node of ['one', 'two']) run('ip', '-n', network.namespace(node), 'neigh', 'flush', 'all');
    const ping = ['ping', '-c1', '-W1', network.address('two')];
    let answered = true;
    try {
      run('ip', 'netns', 'exec', network.namespace('one'), ...ping);
    } catch {
      answered = false;
    }
    const neighbours = run('ip', '-n', network.namespace('two'), 'neigh', 'show', network.address('one'));
    return { heard: neighbours.includes(network.mac('one')), answered };
  };

  beforeAll(() => {
    network = createNetwork(['one', 'two']);
  });
  afterAll(() => network.remove());

  test('a deaf machine is heard and hears nothing; a mute one is not heard; a cable that is plugged is whole again', () => {
    expect(asked()).toEqual({ heard: true, answered: true });
    cable('deaf');
    expect(asked()).toEqual({ heard: true, answered: false });
    cable('mute');
    expect(asked()).toEqual({ heard: false, answered: false });
    cable(undefined);
    expect(asked()).toEqual({ heard: true, answered: true });
  });

  test('what is broken is broken once, however often it is asked for', () => {
    cable('mute');
    cable('mute');
    cable(undefined);
    expect(run('ip', 'netns', 'exec', network.switchNamespace, 'nft', 'list', 'tables')).toBe('');
  });
});
