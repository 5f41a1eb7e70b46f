import type { Effect } from '@dbss/agent/protocol/effects.ts';
import type { ProcedureStamp } from '@dbss/agent/protocol/procedure/procedure-stamp.ts';
import type { ProcedureProduct, Survey } from '@dbss/agent/protocol/procedure/procedure-work.ts';
import type { Answer } from '@dbss/agent/protocol/sem/messages.ts';
import { DONE, FAILED, Node } from '../../support/node.ts';

const RING = ['mail', 'ftp', 'web1'];
const CONTENTS = { files: 1, packages: [], users: [], groups: [], removed: [], notices: [] };

function stamp(server: string, epoch: number, digest = `d${String(epoch)}`): ProcedureStamp {
  return { server, epoch, digest, seal: 'keys', bytes: 100, captured_unix_s: epoch };
}

let node: Node;

function gives(effect: Exclude<Effect['kind'], 'log'>, product: ProcedureProduct): void {
  node.settle(effect, { kind: 'procedure', product });
}

/** The server ftp runs the management program, and its disk has said what is on it. */
function running(...stamps: readonly ProcedureStamp[]): void {
  node = Node.running(RING, 'ftp');
  node.timer('procedure');
  gives('list-procedures', { kind: 'listed', stamps });
}

/** The next look at the configuration, an interval later. */
function looks(survey: Partial<Survey>): void {
  node.pass(10_000);
  node.effects = [];
  node.timer('procedure');
  gives('survey-configuration', { kind: 'surveyed', survey: { digest: 'd1', seal: 'keys', differences: [], unread: [], ...survey } });
}

/** A round of internal monitoring. */
function monitored(services: 'normal' | 'abnormal' = 'normal'): void {
  node.timer('internal');
  node.settle('ping', DONE);
  node.settle('check-service', services === 'normal' ? DONE : FAILED);
}

const captures = (): Effect[] => node.all('capture-procedure');
const CHANGED = { digest: 'd2', differences: ['/etc/a.conf'] };

describe('a capture', () => {
  test('waits until a change was seen twice and a later round of monitoring has found the server normal', () => {
    running(stamp('ftp', 1));
    monitored();
    looks(CHANGED);
    looks(CHANGED);
    expect(captures()).toEqual([]);
    monitored();
    looks(CHANGED);
    expect(node.last('capture-procedure')).toMatchObject({ epoch: 2, expected: 'd2' });
  });

  test('is not made while the services are abnormal, nor while a daemon has not read the change', () => {
    running(stamp('ftp', 1));
    looks(CHANGED);
    monitored('abnormal');
    looks(CHANGED);
    expect(captures()).toEqual([]);
    monitored();
    looks({ ...CHANGED, unread: ['vsftpd has not read it'] });
    expect(captures()).toEqual([]);
    expect(node.logs()).toContain('Changed configuration is not captured yet: vsftpd has not read it');
    monitored();
    looks({ ...CHANGED, unread: ['vsftpd has not read it'] });
    expect(captures()).toEqual([]);
  });

  test('waits for a round of monitoring that began after the daemon has read the change', () => {
    running(stamp('ftp', 1));
    looks({ ...CHANGED, unread: ['vsftpd has not read it'] });
    monitored();
    // Between that round and this look the daemon was reloaded: what it has read now no round has seen.
    looks(CHANGED);
    expect(captures()).toEqual([]);
    looks(CHANGED);
    expect(captures()).toEqual([]);
    monitored();
    looks(CHANGED);
    expect(captures()).toHaveLength(1);
  });

  test('of an unchanged configuration is sealed anew at once under keys that are not those of its seal', () => {
    running(stamp('ftp', 1));
    looks({ seal: 'other keys' });
    expect(node.last('seal-procedure-anew')).toMatchObject({ epoch: 2, digest: 'd1' });
    expect(captures()).toEqual([]);
  });

  test('is told to every other server, and the drift is over', () => {
    running(stamp('ftp', 1));
    looks(CHANGED);
    monitored();
    looks(CHANGED);
    node.effects = [];
    node.result(requestOf('capture'), {
      kind: 'procedure',
      product: { kind: 'captured', stamp: stamp('ftp', 2), contents: CONTENTS },
    });
    expect(node.all('call').map(({ to, message }) => [to, message])).toEqual(
      ['mail', 'web1'].map((to) => [to, { kind: 'procedures', have: [stamp('ftp', 2)] }]),
    );
    expect(node.state.procedures.drift).toBeUndefined();
  });

  test('tells a remark on it in the log once, and knows it again after a restart', () => {
    const remarked = { ...CONTENTS, notices: ['/etc/a.conf names 198.18.0.12'] };
    const told = (): number => node.logs().filter((line) => line.includes('/etc/a.conf names 198.18.0.12')).length;
    const captured = (epoch: number): void => {
      node.effects = [];
      node.tell({ kind: 'operator', command: 'capture-procedure', ticket: 't', force: true });
      gives('capture-procedure', { kind: 'captured', stamp: stamp('ftp', epoch), contents: remarked });
    };
    running(stamp('ftp', 1));
    captured(2);
    expect(told()).toBe(1);
    captured(3);
    expect(told()).toBe(0);
    running(stamp('ftp', 3));
    looks({ digest: stamp('ftp', 3).digest, notices: remarked.notices });
    expect(node.state.procedures.notices).toEqual(remarked.notices);
    expect(told()).toBe(0);
  });

  test('takes a version beyond that which others remember of this server', () => {
    running(stamp('ftp', 7));
    looks(CHANGED);
    monitored();
    looks(CHANGED);
    expect(node.last('capture-procedure')).toMatchObject({ epoch: 8 });
  });
});

describe("an operator's capture", () => {
  const orders = (force: boolean): void => node.tell({ kind: 'operator', command: 'capture-procedure', ticket: 't', force });

  test('does not wait, and is answered with what went in', () => {
    running(stamp('ftp', 1));
    monitored();
    orders(false);
    expect(node.last('capture-procedure')).toMatchObject({ expected: undefined });
    gives('capture-procedure', { kind: 'captured', stamp: stamp('ftp', 2), contents: CONTENTS });
    expect(node.all('tell-operator')).toEqual([
      { kind: 'tell-operator', ticket: 't', report: { kind: 'captured', stamp: stamp('ftp', 2), contents: CONTENTS } },
    ]);
  });

  test('is refused with the reason where a service is abnormal, unless it is forced', () => {
    running(stamp('ftp', 1));
    monitored('abnormal');
    orders(false);
    expect(node.last('tell-operator').report).toEqual({
      kind: 'refused',
      reason: 'internal monitoring does not find this server normal: ftpd',
    });
    expect(captures()).toEqual([]);
    orders(true);
    expect(captures()).toHaveLength(1);
  });

  test('that fails is answered with the reason', () => {
    running(stamp('ftp', 1));
    monitored();
    orders(false);
    node.settle('capture-procedure', { kind: 'failed', reason: 'the original server lacks x', elapsed_ms: 1 });
    expect(node.last('tell-operator').report).toEqual({ kind: 'refused', reason: 'the original server lacks x' });
  });
});

describe('the files of the others', () => {
  test('are asked for at the start, and a newer one is fetched, one at a time', () => {
    running(stamp('mail', 1));
    expect(node.all('call').filter(({ message }) => message.kind === 'procedures')).toHaveLength(2);
    node.answered(node.takeCall('mail', 'procedures').request, { kind: 'procedures', have: [stamp('mail', 2), stamp('web1', 5)] });
    const fetch = node.takeCall('mail', 'fetch-procedure');
    expect(fetch.message).toEqual({ kind: 'fetch-procedure', server: 'mail' });
    expect(node.all('call').filter(({ message }) => message.kind === 'fetch-procedure')).toEqual([]);
    node.answered(fetch.request, { kind: 'procedure', content: 'sealed' });
    expect(node.last('store-procedure')).toMatchObject({ server: 'mail', content: 'sealed' });
    gives('store-procedure', { kind: 'stored', stamp: stamp('mail', 2) });
    expect(node.takeCall('mail', 'fetch-procedure').message).toEqual({ kind: 'fetch-procedure', server: 'web1' });
    expect(node.state.procedures.have['mail']?.epoch).toBe(2);
  });

  test('that are not newer, of no server of the ring, or of an epoch out of reach are not asked for', () => {
    running(stamp('mail', 4));
    node.call('web1', { kind: 'procedures', have: [stamp('mail', 4), stamp('mail', 3), stamp('stranger', 9), stamp('web1', 5_000_000)] });
    expect(node.all('call').filter(({ message }) => message.kind === 'fetch-procedure')).toEqual([]);
  });

  test('whose seal is not good are not counted as here, and the reason is told once', () => {
    running();
    for (let offer = 0; offer < 3; offer += 1) {
      node.call('web1', { kind: 'procedures', have: [stamp('mail', 2)] });
      node.answered(node.takeCall('web1', 'fetch-procedure').request, { kind: 'procedure', content: 'forged' });
      node.settle('store-procedure', { kind: 'failed', reason: 'its signature is not good', elapsed_ms: 1 });
    }
    expect(node.state.procedures.have['mail']).toBeUndefined();
    expect(node.logs().filter((line) => line.includes('not taken'))).toEqual([
      'Installation procedure of mail from web1 is not taken: its signature is not good',
    ]);
  });

  test('are read once for all who ask at the same time, and a file that is not here is refused', () => {
    running(stamp('mail', 1));
    const ask = (server: string): Answer | undefined => node.call('web1', { kind: 'fetch-procedure', server });
    expect(ask('web1')).toMatchObject({ kind: 'refused' });
    node.effects = [];
    for (let asked = 0; asked < 16; asked += 1) expect(ask('mail')).toBeUndefined();
    expect(ask('mail')).toMatchObject({ kind: 'refused' });
    expect(node.all('read-procedure')).toHaveLength(1);
    gives('read-procedure', { kind: 'content', content: 'sealed' });
    expect(node.all('answer').filter(({ answer }) => answer.kind === 'procedure')).toHaveLength(16);
    expect(ask('mail')).toBeUndefined();
  });

  test('are asked for again a little later by who was refused, and not for ever', () => {
    running();
    node.call('web1', { kind: 'procedures', have: [stamp('mail', 2)] });
    for (let asked = 0; asked < 5; asked += 1) {
      node.answered(node.takeCall('web1', 'fetch-procedure').request, { kind: 'refused', reason: 'too many ask at the same time' });
      node.timer('procedure:fetch');
    }
    expect(node.all('call').filter(({ message }) => message.kind === 'fetch-procedure')).toEqual([]);
    node.call('web1', { kind: 'procedures', have: [stamp('mail', 2)] });
    expect(node.takeCall('web1', 'fetch-procedure').message).toEqual({ kind: 'fetch-procedure', server: 'mail' });
  });

  test('are spoken of again and again with a server that does not answer: it may be out of reach, and what was captured must not wait for long', () => {
    running();
    const asked = (): number => node.all('call').filter(({ to, message }) => to === 'web1' && message.kind === 'procedures').length;
    for (const { request } of node.all('call')) node.result(request, FAILED);
    const once = asked();
    for (let look = 0; look < 30; look += 1) {
      node.pass(10_000);
      node.timer('procedure');
      gives('survey-configuration', { kind: 'surveyed', survey: { digest: 'd', seal: 's', differences: [], unread: [] } });
      for (const { request } of node.all('call')) node.result(request, FAILED);
    }
    expect(asked() - once).toBeGreaterThan(2);
  });
});

/** The open request of a kind of work. */
function requestOf(work: string): string {
  const [found] = Object.entries(node.state.pending).find(([, purpose]) => purpose.for === 'procedure' && purpose.work === work) ?? [];
  if (found === undefined) throw new Error(`nothing of ${work} is open`);
  return found;
}
