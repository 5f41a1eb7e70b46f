import { idOfLaterRequest, validateAnswerFrame, validateRequestFrame } from '../../../agent/src/effects/transport/validate-message.ts';
import type { Answer, Request } from '../../../agent/src/protocol/sem/messages.ts';
import type { ProcedureStamp } from '../../../agent/src/protocol/procedure/procedure-stamp.ts';
import type { SharedRecord } from '../../../agent/src/protocol/sem/shared-records.ts';

const files = { group: '1 mail mail.dat\n', operation: '', separation: '', heartbeat: '', problem: '', data: { 'mail.dat': 'x\n' } };

const RECORD: SharedRecord = { subject: 'ftp', file: 'separation', line: '2 ftp ftp.dat', epoch: 3, editor: 'mail' };

const STAMP: ProcedureStamp = {
  server: 'ftp',
  epoch: 3,
  digest: '0a'.repeat(32),
  seal: '0123456789abcdef',
  bytes: 20_000,
  captured_unix_s: 1_700_000_000,
};

const requests: readonly Request[] = [
  { kind: 'edit', edit: { editor: 'mail', epoch: 7, diff: 'problem,Add,ftpb ftp login\n' } },
  { kind: 'heartbeat', edit: { editor: 'mail', epoch: 1_700_000_000_000, diff: 'heartbeat,Add,mail 1\n' }, digest: '0123456789abcdef' },
  { kind: 'exchange', records: [RECORD, { subject: 'ftp', file: 'problem', line: '', epoch: 0, editor: '' }] },
  { kind: 'load' },
  { kind: 'hello', boot_id: '0f8fad5b-d9cb-469f-a165-70867728950e' },
  { kind: 'state' },
  { kind: 'create-virtual-server', target: 'ftp' },
  { kind: 'set-virtual-address', target: 'ftp' },
  { kind: 'release-virtual-address', target: 'ftp' },
  { kind: 'discard-virtual-server', target: 'ftp' },
  { kind: 'release-own-address' },
  { kind: 'take-own-address', vip: '198.18.0.112' },
  { kind: 'restart' },
  { kind: 'start-daemons', daemons: ['vsftpd'] },
  { kind: 'install-files', files, versions: '3 login mail group 1 mail mail.dat\n' },
  { kind: 'install-flag' },
  { kind: 'procedures', have: [STAMP] },
  { kind: 'fetch-procedure', server: 'ftp' },
];

const answers: readonly Answer[] = [
  { kind: 'done' },
  { kind: 'refused', reason: '' },
  { kind: 'separated' },
  { kind: 'records', records: [RECORD] },
  { kind: 'load', remaining: { memory: 50, cpu: 99.5, network: 100 }, virtual_servers: 0, standby: 'suspended' },
  { kind: 'state', boot_id: 'b', executor: 'running', holds_own_address: true },
  { kind: 'created', times: { resume_ms: 20.5, installation_ms: 900 } },
  { kind: 'address-set', address_ms: 46 },
  { kind: 'procedures', have: [] },
  { kind: 'procedure', content: Buffer.from('sealed').toString('base64') },
];

describe('messages of other servers', () => {
  test.each(requests)('a request $kind passes as it is', (request) => {
    const frame = { kind: 'request', id: 7, request };
    expect(validateRequestFrame(JSON.parse(JSON.stringify(frame)))).toEqual(frame);
  });

  test.each(answers)('an answer $kind passes as it is', (answer) => {
    const frame = { kind: 'answer', id: 7, answer };
    expect(validateAnswerFrame(JSON.parse(JSON.stringify(frame)))).toEqual(frame);
  });

  test.each([
    ['no object', null, 'an object'],
    ['an answer instead of a request', { kind: 'answer', id: 1, answer: { kind: 'done' } }, 'answer'],
    ['an unknown kind', { kind: 'request', id: 1, request: { kind: 'shutdown' } }, 'request.kind'],
    ['a kind of the prototype', { kind: 'request', id: 1, request: { kind: 'constructor' } }, 'request.kind'],
    ['an unknown field', { kind: 'request', id: 1, request: { kind: 'load', extra: 1 } }, 'request.extra'],
    ['a missing field', { kind: 'request', id: 1, request: { kind: 'hello' } }, 'request.boot_id'],
    ['a negative number', { kind: 'request', id: -1, request: { kind: 'load' } }, 'id'],
    ['a server name with a path', { kind: 'request', id: 1, request: { kind: 'create-virtual-server', target: '../x' } }, 'target'],
    ['a name that is an option', { kind: 'request', id: 1, request: { kind: 'start-daemons', daemons: ['--now'] } }, 'daemons[0]'],
    ['something that is no address', { kind: 'request', id: 1, request: { kind: 'take-own-address', vip: 'localhost' } }, 'vip'],
    [
      'management data with a path',
      { kind: 'request', id: 1, request: { kind: 'install-files', files: { ...files, data: { '../flag': '' } } } },
      'data key',
    ],
    [
      'a file that is too long',
      { kind: 'request', id: 1, request: { kind: 'install-files', files: { ...files, group: 'x'.repeat(300_000) } } },
      'request.files.group',
    ],
  ])('%s is refused with the place named', (_case, frame, place) => {
    expect(() => validateRequestFrame(frame)).toThrow(place);
  });

  test('a field named __proto__ is refused', () => {
    const text = '{"kind":"request","id":1,"request":{"kind":"load","__proto__":{"kind":"restart"}}}';
    expect(() => validateRequestFrame(JSON.parse(text))).toThrow('__proto__');
  });

  test('a sealed file that is larger than one may be is refused, and one that is no base64', () => {
    const frame = (content: string): unknown => ({ kind: 'answer', id: 1, answer: { kind: 'procedure', content } });
    expect(() => validateAnswerFrame(frame('A'.repeat(700_000)))).toThrow('answer.content');
    expect(() => validateAnswerFrame(frame('../etc/passwd?'))).toThrow('answer.content');
  });

  test('a request of a later version is known by its number; a known kind that is wrong, and what is no request, are not', () => {
    expect(idOfLaterRequest({ kind: 'request', id: 7, request: { kind: 'sing-a-song', verse: 2 } })).toBe(7);
    for (const request of [{ kind: 'hello' }, { kind: 'rm -rf' }, { kind: 7 }, null]) {
      expect(idOfLaterRequest({ kind: 'request', id: 7, request })).toBeUndefined();
    }
    expect(idOfLaterRequest({ kind: 'request', id: -1, request: { kind: 'sing' } })).toBeUndefined();
  });

  test('an answer with a load that is no number is refused', () => {
    const answer = { kind: 'load', remaining: { memory: '1', cpu: 1, network: 1 }, virtual_servers: 0, standby: 'suspended' };
    expect(() => validateAnswerFrame({ kind: 'answer', id: 1, answer })).toThrow('answer.remaining.memory');
  });
});
