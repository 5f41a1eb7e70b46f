import type { Survey } from '@dbss/agent/protocol/procedure/procedure-work.ts';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OriginalServerContents } from '@dbss/agent/configuration/original-server-contents.ts';
import type { ProcedureSettings } from '@dbss/agent/configuration/procedure-settings.ts';
import { Procedures, type ProceduresOptions } from '../../../../agent/src/effects/procedure/procedures.ts';
import type { SealKeys } from '../../../../agent/src/effects/procedure/sealed-procedure.ts';
import { createAuthority, createServerCertificate, type KeyPair, readAuthority } from '../../../../cli/src/keys/certificates.ts';

export const CLUSTER = 'made';
const ACCOUNTS = {
  passwd: 'root:x:0:0:root:/root:/bin/bash\nproxy:x:13:13:proxy:/bin:/usr/sbin/nologin\n',
  group: 'root:x:0:\nproxy:x:13:\nssl-cert:x:110:\n',
};

/** Keys of servers under one authority. */
export async function sealKeysOf(servers: readonly string[], secret = 7): Promise<Readonly<Record<string, SealKeys>>> {
  const authority = await createAuthority(CLUSTER, new Date());
  const signer = await readAuthority(authority);
  const signing = Buffer.alloc(32, secret);
  const keys = async ({ certificate, key }: KeyPair): Promise<SealKeys> => ({
    identity: {
      ca: Buffer.from(authority.certificate),
      cert: Buffer.from(certificate),
      key: Buffer.from(key),
    },
    secrets: { signing, believed: [signing] },
  });
  const made = servers.map(async (name) => [name, await keys(await createServerCertificate(name, signer, new Date()))] as const);
  return Object.fromEntries(await Promise.all(made));
}

/** Settings of a server with one daemon and no storage. */
export function settingsFor(daemon: 'postfix' | 'dovecot'): ProcedureSettings {
  const services = [
    daemon === 'postfix' ? ({ daemon, probe: 'smtp', port: 25 } as const) : ({ daemon, probe: 'imap', port: 143 } as const),
  ];
  return { server: 'ftp', services, storage: undefined, gateway: '' };
}

/** A server's disk in a temporary directory: an FTP server with users, and the contents of its original server. */
export class MadeServer {
  readonly directory = mkdtempSync(path.join(tmpdir(), 'dbss-procedure-'));
  /** When its daemons were last restarted. */
  restarted_ms = Date.now() + 60_000;
  original: OriginalServerContents = {
    format: 1,
    installScript: '#!/bin/sh\n',
    packages: { vsftpd: '3.0.3-13' },
    units: ['vsftpd.service'],
    ...ACCOUNTS,
    files: { 'etc/ftpusers': '644 root:root 0', 'etc/vsftpd.conf': '644 root:root 0' },
  };

  constructor() {
    this.write('etc/passwd', `${ACCOUNTS.passwd}alice:x:2001:2001::/srv/data/home/alice:/bin/bash\nbob:x:2002:2002::/home/bob:/bin/bash\n`);
    this.write('etc/group', 'root:x:0:\nproxy:x:13:\nssl-cert:x:110:alice\nalice:x:2001:\nbob:x:2002:\n');
    this.write('etc/shadow', 'root:*:1::::::\nalice:$6$hash-of-alice:1::::::\nbob:!:1::::::\n');
    this.write('etc/hosts', '127.0.0.1 localhost\n');
    this.write('etc/vsftpd.conf', 'listen=YES\n');
    this.write('proc/self/mounts', 'files:/export /srv/data nfs4 rw 0 0\n');
    this.write('var/lib/dpkg/status', 'Package: vsftpd\nStatus: install ok installed\nVersion: 3.0.3-13\n\n');
    this.write('var/lib/dpkg/info/vsftpd.conffiles', '/etc/vsftpd.conf\n');
  }

  write(file: string, content: string | Buffer, mode = 0o644): void {
    const target = path.join(this.directory, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
    chmodSync(target, mode);
  }

  append(file: string, text: string): void {
    appendFileSync(path.join(this.directory, file), text);
  }

  link(file: string, to: string): void {
    mkdirSync(path.dirname(path.join(this.directory, file)), { recursive: true });
    symlinkSync(to, path.join(this.directory, file));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Its work on procedures, as its agent does it. */
  procedures(keys: SealKeys, changes: Partial<ProceduresOptions> = {}): Procedures {
    this.write('original/contents.json', JSON.stringify(this.original));
    return new Procedures(
      {
        cluster: CLUSTER,
        self: 'ftp',
        servers: ['mail', 'ftp'],
        settings: {
          server: 'ftp',
          services: [{ daemon: 'vsftpd', probe: 'ftp', port: 21 }],
          storage: { source: 'files:/export', mount_point: '/srv/dbss', fstype: 'nfs4', options: 'rw' },
          gateway: '198.18.0.1',
        },
        capture: { paths: [], excludes: [], real_mount_point: '/srv/data' },
        realAddresses: ['198.18.0.12'],
        root: this.directory,
        originalServer: path.join(this.directory, 'original'),
        captures: path.join(this.directory, 'captures'),
        generated: path.join(this.directory, 'generated'),
        keys: () => keys,
        warn: () => undefined,
        mono_ms: () => 0,
        ...changes,
      },
      (daemons) => Promise.resolve(new Map(daemons.map((daemon) => [daemon, { at_ms: this.restarted_ms }]))),
    );
  }
}

/** A new server for each test of a file, with its work on procedures. */
export interface EachServer {
  server: MadeServer;
  procedures: Procedures;
  /** Begin anew, with what the server's disk and `original` are by then. */
  readonly open: (changes?: Partial<ProceduresOptions>) => void;
}

export function makeEachServer(): EachServer {
  let keys: Readonly<Record<string, SealKeys>>;
  const made = {
    open: (changes = {}) => {
      made.procedures = made.server.procedures(keys['ftp']!, changes);
    },
  } as EachServer;
  beforeAll(async () => {
    keys = await sealKeysOf(['mail', 'ftp']);
  });
  beforeEach(() => {
    made.server = new MadeServer();
    made.open();
  });
  afterEach(() => made.server.remove());
  return made;
}

/** What the newest version brings, unpacked as a virtual server does it. */
export async function unpackedOf({
  server,
  procedures,
}: EachServer): Promise<{ readonly read: (file: string) => string; readonly names: readonly string[]; readonly links: readonly string[] }> {
  const { versions } = await procedures.versionsOf('ftp');
  const directory = path.join(server.directory, 'unpacked');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  const { status, stderr } = spawnSync('tar', ['-xzf', '-', '-C', directory], { input: versions[0]!.archive, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const names = readdirSync(directory, { recursive: true }).map(String).sort();
  const links = names.filter((name) => lstatSync(path.join(directory, name)).isSymbolicLink());
  return { read: (file) => readFileSync(path.join(directory, file), 'utf8'), names, links };
}

/** What a look at the configuration finds; rejects with the reason where it cannot be read. */
export async function surveyOf(procedures: Procedures, last: string | undefined): Promise<Survey> {
  const product = await procedures.survey(last);
  if (product.kind === 'surveyed') return product.survey;
  throw new Error(product.kind === 'unreadable' ? product.reason : product.kind);
}
