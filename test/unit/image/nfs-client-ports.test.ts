import { readFileSync } from 'node:fs';

const OPTIONS = 'vm-images/original-server/rootfs/etc/modprobe.d/dbss.conf';
/** Services above 664 that somebody may run on a server: kerberos, DNS and rsync, FTP, IMAP and POP over TLS. */
const SERVICES = [749, 853, 873, 989, 990, 992, 993, 995];

test('the NFS client of a virtual server takes no port that a service listens on (decision 0424)', () => {
  const [, from, to] = /^options sunrpc min_resvport=(\d+) max_resvport=(\d+)$/m.exec(readFileSync(OPTIONS, 'utf8')) ?? [];
  expect(Number(from)).toBeGreaterThan(0);
  expect(Number(to)).toBeGreaterThan(Number(from));
  expect(SERVICES.filter((port) => port >= Number(from) && port <= Number(to))).toEqual([]);
});
