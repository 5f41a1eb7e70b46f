import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileFingerprint, linkFingerprint } from '@dbss/agent/configuration/original-server-contents.ts';
import { originalServerContents } from '../../../cli/src/image/original-contents.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dbss-root-'));
  const [uid, gid] = [String(process.getuid?.()), String(process.getgid?.())];
  write('etc/passwd', `builder:x:${uid}:${gid}::/:/bin/sh\n`);
  write('etc/group', `builders:x:${gid}:\n`);
  write('etc/vsftpd.conf', 'listen=YES\n');
  chmodSync(path.join(root, 'etc/vsftpd.conf'), 0o640);
  symlinkSync('/usr/share/zoneinfo/Etc/UTC', path.join(root, 'etc/localtime'));
  write('usr/lib/systemd/system/vsftpd.service', '');
  write('etc/systemd/system/dbss-receiver.service', '');
  write(
    'var/lib/dpkg/status',
    'Package: vsftpd\nStatus: install ok installed\nVersion: 3.0.3-13\nDescription: a\n Package: no\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n',
  );
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}

test('the original server says which packages, units, accounts and files it has, and with which script it was rehearsed', () => {
  const contents = originalServerContents(root, '#!/bin/sh\n');
  expect(contents).toMatchObject({ format: 1, installScript: '#!/bin/sh\n', packages: { vsftpd: '3.0.3-13' } });
  expect(Object.keys(contents.packages)).toEqual(['vsftpd']);
  expect(contents.units).toEqual(['dbss-receiver.service', 'vsftpd.service']);
  const sha256 = createHash('sha256').update('listen=YES\n').digest('hex');
  expect(contents.files['etc/vsftpd.conf']).toBe(fileFingerprint({ mode: 0o640, user: 'builder', group: 'builders', sha256 }));
  expect(contents.files['etc/localtime']).toBe(linkFingerprint('/usr/share/zoneinfo/Etc/UTC'));
  expect(contents.passwd).toContain('builder:');
});
