import { cacheDirectory, statePaths } from '../../../cli/src/inventory/state-paths.ts';

test('state lies beside the inventory, in a directory named after its file', () => {
  const paths = statePaths('/site/lab.yml');
  expect(paths.root).toBe('/site/.dbss/lab');
  expect(paths.management).toBe('/site/.dbss/lab/generated/management');
  expect(paths.procedure('ftp')).toBe('/site/.dbss/lab/generated/procedures/ftp.procedure');
  expect(paths.host('ftp')).toBe('/site/.dbss/lab/generated/hosts/ftp');
  expect(paths.knownHosts).toBe('/site/.dbss/lab/keys/known_hosts');
  expect(paths.sshConfig).toBe('/site/.dbss/lab/ssh_config');
});

test('a server called ca does not share its files with the cluster CA', () => {
  const paths = statePaths('/site/lab.yml');
  expect(paths.serverCertificate('ca')).not.toBe(paths.caCertificate);
  expect(paths.serverKey('ca')).not.toBe(paths.caKey);
});

test('the cache is DBSS_CACHE, else /var/cache/dbss', () => {
  expect(cacheDirectory({ DBSS_CACHE: '/big/cache' })).toBe('/big/cache');
  expect(cacheDirectory({})).toBe('/var/cache/dbss');
});
