import {
  boolean,
  exactly,
  InvalidValue,
  listOf,
  number,
  object,
  oneOf,
  optional,
  recordOf,
  text,
  variants,
  type Reader,
} from '../../configuration/checked-value.ts';
import { daemonName, dataName, ipv4, serverName } from '../../configuration/field-readers.ts';
import type { RemainingCapacity } from '../../protocol/load/remaining-capacity.ts';
import type { ManagementFiles } from '../../protocol/management-files/management-files.ts';
import { LARGEST_PROCEDURE_BYTES, type ProcedureStamp } from '../../protocol/procedure/procedure-stamp.ts';
import { STANDBY_STATES } from '../../protocol/recovery/standby.ts';
import type { Answer, CreationTimes, Edit, Request } from '../../protocol/sem/messages.ts';
import { SHARED_FILES, type SharedRecord } from '../../protocol/sem/shared-records.ts';

/** What travels in a frame: a request with the number that its answer carries. */
export interface RequestFrame {
  readonly kind: 'request';
  readonly id: number;
  readonly request: Request;
}

export interface AnswerFrame {
  readonly kind: 'answer';
  readonly id: number;
  readonly answer: Answer;
}

const LARGEST_FILE = 262_144;
/** A ring is not larger than this. */
const MOST_SERVERS = 256;

const identity = text('an identity', { max: 64, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/ });
const fileText = text('the text of a file', { min: 0, max: LARGEST_FILE, pattern: /^[^\0\r]*$/ });
const words = text('words', { min: 0, max: 2_000 });
const milliseconds = number('milliseconds', { min: 0, max: 86_400_000 });
const percent = number('percent', { min: -1_000_000, max: 1_000_000 });
const count = number('a count', { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true });

const edit = object<Edit>({ editor: serverName, epoch: count, diff: fileText });
const digest = text('a digest', { max: 16, pattern: /^[0-9a-f]{16}$/ });
const records = listOf(
  object<SharedRecord>({
    subject: serverName,
    file: oneOf(SHARED_FILES),
    line: text('a line of a management file', { min: 0, max: 512, pattern: /^[^\0\r\n]*$/ }),
    epoch: count,
    // Nobody has edited a generated record.
    editor: (value, path) => (value === '' ? value : serverName(value, path)),
  }),
  { max: 2 * MOST_SERVERS },
);

const procedures = listOf(
  object<ProcedureStamp>({
    server: serverName,
    epoch: count,
    digest: text('a SHA-256', { min: 64, max: 64, pattern: /^[0-9a-f]{64}$/ }),
    seal: text('the name of a seal', { max: 32, pattern: /^[0-9a-f]{16,32}$/ }),
    bytes: number('bytes', { min: 0, max: LARGEST_PROCEDURE_BYTES, whole: true }),
    captured_unix_s: count,
  }),
  { max: MOST_SERVERS },
);
const sealedFile = text('a sealed file', { max: Math.ceil(LARGEST_PROCEDURE_BYTES / 3) * 4, pattern: /^[A-Za-z0-9+/]+={0,2}$/ });

const files: Reader<ManagementFiles> = object<ManagementFiles>({
  group: fileText,
  operation: fileText,
  separation: fileText,
  heartbeat: fileText,
  problem: fileText,
  data: recordOf(dataName, fileText, MOST_SERVERS),
});

type RequestOf<K extends Request['kind']> = Extract<Request, { readonly kind: K }>;
type AnswerOf<K extends Answer['kind']> = Extract<Answer, { readonly kind: K }>;

const requests: Parameters<typeof variants<Request>>[0] = {
  edit: object<RequestOf<'edit'>>({ kind: exactly('edit'), edit }),
  heartbeat: object<RequestOf<'heartbeat'>>({ kind: exactly('heartbeat'), edit, digest, separated: optional(boolean) }),
  exchange: object<RequestOf<'exchange'>>({ kind: exactly('exchange'), records }),
  load: object<RequestOf<'load'>>({ kind: exactly('load') }),
  hello: object<RequestOf<'hello'>>({ kind: exactly('hello'), boot_id: identity, epoch: optional(count) }),
  state: object<RequestOf<'state'>>({ kind: exactly('state') }),
  examine: object<RequestOf<'examine'>>({ kind: exactly('examine'), target: serverName, what: oneOf(['network', 'service'] as const) }),
  'create-virtual-server': object<RequestOf<'create-virtual-server'>>({
    kind: exactly('create-virtual-server'),
    target: serverName,
  }),
  'set-virtual-address': object<RequestOf<'set-virtual-address'>>({ kind: exactly('set-virtual-address'), target: serverName }),
  'release-virtual-address': object<RequestOf<'release-virtual-address'>>({
    kind: exactly('release-virtual-address'),
    target: serverName,
  }),
  'discard-virtual-server': object<RequestOf<'discard-virtual-server'>>({
    kind: exactly('discard-virtual-server'),
    target: serverName,
  }),
  'release-own-address': object<RequestOf<'release-own-address'>>({ kind: exactly('release-own-address') }),
  'take-own-address': object<RequestOf<'take-own-address'>>({
    kind: exactly('take-own-address'),
    vip: ipv4,
    unless_held: optional(boolean),
  }),
  restart: object<RequestOf<'restart'>>({ kind: exactly('restart') }),
  'start-daemons': object<RequestOf<'start-daemons'>>({
    kind: exactly('start-daemons'),
    daemons: listOf(daemonName, { max: 32 }),
  }),
  'install-files': object<RequestOf<'install-files'>>({ kind: exactly('install-files'), files, versions: fileText }),
  'install-flag': object<RequestOf<'install-flag'>>({ kind: exactly('install-flag') }),
  's-file': object<RequestOf<'s-file'>>({ kind: exactly('s-file') }),
  'u-file': object<RequestOf<'u-file'>>({ kind: exactly('u-file'), target: serverName }),
  'd-file': object<RequestOf<'d-file'>>({ kind: exactly('d-file'), target: serverName }),
  'restart-ring': object<RequestOf<'restart-ring'>>({ kind: exactly('restart-ring'), files, versions: fileText }),
  procedures: object<RequestOf<'procedures'>>({ kind: exactly('procedures'), have: procedures }),
  'fetch-procedure': object<RequestOf<'fetch-procedure'>>({ kind: exactly('fetch-procedure'), server: serverName }),
};
const REQUEST_KINDS: readonly string[] = Object.keys(requests);
/** @throws InvalidValue naming the first field that is wrong */
const request: Reader<Request> = variants<Request>(requests);

const answer: Reader<Answer> = variants<Answer>({
  done: object<AnswerOf<'done'>>({ kind: exactly('done') }),
  refused: object<AnswerOf<'refused'>>({ kind: exactly('refused'), reason: words }),
  separated: object<AnswerOf<'separated'>>({ kind: exactly('separated') }),
  heard: object<AnswerOf<'heard'>>({ kind: exactly('heard'), has_files: boolean }),
  records: object<AnswerOf<'records'>>({ kind: exactly('records'), records }),
  load: object<AnswerOf<'load'>>({
    kind: exactly('load'),
    remaining: object<RemainingCapacity>({ memory: percent, cpu: percent, network: percent }),
    virtual_servers: count,
    standby: oneOf(STANDBY_STATES),
    standby_target: optional(serverName),
  }),
  state: object<AnswerOf<'state'>>({
    kind: exactly('state'),
    boot_id: identity,
    executor: identity,
    holds_own_address: boolean,
  }),
  examined: object<AnswerOf<'examined'>>({ kind: exactly('examined'), normal: boolean }),
  created: object<AnswerOf<'created'>>({
    kind: exactly('created'),
    times: object<CreationTimes>({ resume_ms: milliseconds, installation_ms: milliseconds }),
  }),
  'address-set': object<AnswerOf<'address-set'>>({ kind: exactly('address-set'), address_ms: milliseconds }),
  'address-held': object<AnswerOf<'address-held'>>({ kind: exactly('address-held'), holder: serverName }),
  procedures: object<AnswerOf<'procedures'>>({ kind: exactly('procedures'), have: procedures }),
  procedure: object<AnswerOf<'procedure'>>({ kind: exactly('procedure'), content: sealedFile }),
});

const requestFrame = object<RequestFrame>({ kind: exactly('request'), id: count, request });
const answerFrame = object<AnswerFrame>({ kind: exactly('answer'), id: count, answer });

/** @throws InvalidValue naming the first field that is wrong */
export function validateRequestFrame(value: unknown): RequestFrame {
  return requestFrame(value, '');
}

const laterRequestFrame = object<{ readonly kind: 'request'; readonly id: number; readonly request: string }>({
  kind: exactly('request'),
  id: count,
  request: (value, path) => text('a kind of request', { max: 40, pattern: /^[a-z]+(-[a-z]+)*$/ })(kindOf(value), path),
});

/**
 * The number of a request whose kind only a later version knows: it is answered and not taken for an attack. `undefined` for a kind that is known, whatever
 * else is wrong with it, and for what is no request.
 */
export function idOfLaterRequest(value: unknown): number | undefined {
  try {
    const { id, request: kind } = laterRequestFrame(value, '');
    return REQUEST_KINDS.includes(kind) ? undefined : id;
  } catch (error) {
    if (error instanceof InvalidValue) return undefined;
    throw error;
  }
}

function kindOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
}

/** @throws InvalidValue naming the first field that is wrong */
export function validateAnswerFrame(value: unknown): AnswerFrame {
  return answerFrame(value, '');
}
