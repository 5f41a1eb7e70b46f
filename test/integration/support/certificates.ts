import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './namespaces.ts';

/** A certificate authority made by openssl; `issue` gives a directory with ca.pem, server.pem and server.key. */
export function createAuthority(directory: string, name: string): { issue: (commonName: string) => string } {
  const home = join(directory, name);
  mkdirSync(home, { recursive: true });
  const [key, certificate] = [join(home, 'ca.key'), join(home, 'ca.pem')];
  run('openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key);
  run('openssl', 'req', '-x509', '-new', '-key', key, '-subj', `/CN=${name}`, '-days', '2', '-out', certificate);
  return {
    issue: (commonName) => {
      const own = join(home, commonName);
      mkdirSync(own, { recursive: true });
      const request = join(own, 'server.csr');
      run('openssl', 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', join(own, 'server.key'));
      run('openssl', 'req', '-new', '-key', join(own, 'server.key'), '-subj', `/CN=${commonName}`, '-out', request);
      run(
        'openssl',
        'x509',
        '-req',
        '-in',
        request,
        '-CA',
        certificate,
        '-CAkey',
        key,
        '-CAcreateserial',
        '-days',
        '2',
        '-out',
        join(own, 'server.pem'),
      );
      copyFileSync(certificate, join(own, 'ca.pem'));
      return own;
    },
  };
}
