import type { ProcedureStamp } from '@dbss/agent/protocol/procedure/procedure-stamp.ts';
import type { ProcedureProduct, Survey } from '@dbss/agent/protocol/procedure/procedure-work.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';

const STAMP: ProcedureStamp = { server: 'ftp', epoch: 3, digest: 'captured', seal: 'old keys', bytes: 100, captured_unix_s: 1 };
let node: Node;

const gives = (effect: Parameters<Node['settle']>[0], product: ProcedureProduct): void =>
  node.settle(effect, { kind: 'procedure', product });

/** A look at a configuration that differs from the capture, under the keys that are in force now. */
function looks(survey: Partial<Survey> = {}): void {
  node.pass(10_000);
  node.timer('procedure');
  const found = { digest: 'changed', seal: 'new keys', differences: ['/etc/a.conf'], unread: ['vsftpd has not read it'], ...survey };
  gives('survey-configuration', { kind: 'surveyed', survey: found });
}

beforeEach(() => {
  node = Node.running(['mail', 'ftp', 'web1'], 'ftp');
  node.timer('procedure');
  gives('list-procedures', { kind: 'listed', stamps: [STAMP] });
  node.effects = [];
});

describe('the last good capture of a server whose configuration has changed since', () => {
  test('is sealed anew as the next version when the keys are changed, and told to every other server', () => {
    looks();
    expect(node.all('capture-procedure')).toEqual([]);
    expect(node.last('seal-procedure-anew')).toMatchObject({ epoch: 4, digest: 'captured' });
    const stamp = { ...STAMP, epoch: 4, seal: 'new keys' };
    gives('seal-procedure-anew', { kind: 'sealed-anew', stamp });
    expect(node.logs()).toContain('Installation procedure sealed with other keys: version 4');
    expect(node.all('call').map(({ to, message }) => [to, message])).toEqual(
      ['mail', 'web1'].map((to) => [to, { kind: 'procedures', have: [stamp] }]),
    );
    expect(node.state.procedures.drift?.digest).toBe('changed');
    node.effects = [];
    looks();
    expect(node.all('seal-procedure-anew')).toEqual([]);
  });

  test('is tried to be sealed at each look, and the reason of a failure is told once', () => {
    for (let look = 0; look < 2; look += 1) {
      looks();
      node.settle('seal-procedure-anew', FAILED);
    }
    expect(node.all('seal-procedure-anew')).toHaveLength(2);
    expect(node.logs().filter((line) => line.includes('not sealed'))).toEqual([
      'Installation procedure of this server is not sealed with the keys in force: no answer',
    ]);
    expect(node.state.procedures.problem).toBeUndefined();
  });

  test('gives way to an operator who orders a capture meanwhile', () => {
    looks();
    node.tell({ kind: 'operator', command: 'capture-procedure', ticket: 't', force: true });
    expect(node.all('capture-procedure')).toEqual([]);
    gives('seal-procedure-anew', { kind: 'sealed-anew', stamp: { ...STAMP, epoch: 4, seal: 'new keys' } });
    expect(node.last('capture-procedure')).toMatchObject({ epoch: 5, expected: undefined });
  });

  test('is sealed anew also while the configuration cannot be read at all', () => {
    node.pass(10_000);
    node.timer('procedure');
    gives('survey-configuration', { kind: 'unreadable', seal: 'new keys', reason: '/etc/a b: a file with such a name cannot be captured' });
    expect(node.last('seal-procedure-anew')).toMatchObject({ epoch: 4, digest: 'captured' });
    expect(node.state.procedures.problem).toContain('/etc/a b');
  });

  test('does not keep a configuration that works from being captured, however often sealing fails', () => {
    for (let look = 1; look <= 4 && node.all('capture-procedure').length === 0; look += 1) {
      node.timer('internal');
      node.settle('ping', DONE);
      node.settle('check-service', DONE);
      looks({ unread: [] });
      if (node.all('seal-procedure-anew').length === look) node.settle('seal-procedure-anew', FAILED);
    }
    expect(node.last('capture-procedure')).toMatchObject({ epoch: 4, expected: 'changed' });
  });

  test('that is the configuration still is captured where there is nothing to seal anew', () => {
    looks({ digest: 'captured' });
    expect(node.all('capture-procedure')).toEqual([]);
    node.settle('seal-procedure-anew', FAILED);
    looks({ digest: 'captured' });
    expect(node.last('capture-procedure')).toMatchObject({ epoch: 4, expected: 'captured' });
    expect(node.all('seal-procedure-anew')).toHaveLength(1);
  });

  test('is not sealed anew beside a capture that an operator ordered', () => {
    node.pass(10_000);
    node.timer('procedure');
    node.tell({ kind: 'operator', command: 'capture-procedure', ticket: 't', force: true });
    const survey = { digest: 'changed', seal: 'new keys', differences: ['/etc/a.conf'], unread: [] };
    gives('survey-configuration', { kind: 'surveyed', survey });
    expect(node.all('seal-procedure-anew')).toEqual([]);
  });
});
