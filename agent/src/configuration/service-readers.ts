import { PROBE_NAMES, type KnownFile, type Service, type ServiceWork } from '../protocol/ring/ring-configuration.ts';
import { exactly, listOf, object, oneOf, optional, text, type Reader, variants } from './checked-value.ts';
import { daemonName, ipv4, port } from './field-readers.ts';

const fileName = text('the name of a file', { max: 255, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/ });
const content = text('what stands in a file', { max: 10_000, pattern: /^[^\0]*$/ });
const file: Reader<KnownFile> = object<KnownFile>({ name: fileName, content });
const hostKey = text('an ssh host key in base64', { max: 4_000, pattern: /^[A-Za-z0-9+/=]+$/ });

type Work<K extends ServiceWork['kind']> = Extract<ServiceWork, { readonly kind: K }>;

const work: Reader<ServiceWork> = variants<ServiceWork>({
  mail: object<Work<'mail'>>({ kind: exactly('mail'), imap_port: port }),
  mailbox: object<Work<'mailbox'>>({ kind: exactly('mailbox') }),
  ssh: object<Work<'ssh'>>({ kind: exactly('ssh'), file, host_keys: listOf(hostKey, { max: 8 }) }),
  ftp: object<Work<'ftp'>>({ kind: exactly('ftp'), file }),
  http: object<Work<'http'>>({ kind: exactly('http'), file }),
  proxy: object<Work<'proxy'>>({
    kind: exactly('proxy'),
    pages: listOf(object<Work<'proxy'>['pages'][number]>({ name: fileName, content, address: ipv4, port }), { min: 1, max: 64 }),
  }),
});

const script = text('an absolute path', { max: 500, pattern: /^\/[^\0\n]*$/ });

/** One service of a server and how it is examined. */
export const service: Reader<Service> = object<Service>({
  daemon: daemonName,
  probe: oneOf(PROBE_NAMES),
  port,
  work: optional(work),
  script: optional(script),
});
