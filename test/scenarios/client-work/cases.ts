import { UserError } from '../../../cli/src/errors.ts';
import type { Fault } from '../fail-and-return.ts';

/** One failure of one server, and the daemon that stops for good where it is a service problem. */
export interface ClientWorkCase {
  /** e.g. `mail-network` */
  readonly name: string;
  readonly server: string;
  readonly fault: Fault;
  readonly daemon: string;
}

const DAEMONS = { mail: 'postfix', ftp: 'vsftpd', web1: 'apache2', web2: 'apache2', proxy: 'squid', login: 'ssh' } as const;

const CASES: readonly ClientWorkCase[] = [
  ...Object.entries(DAEMONS).flatMap(([server, daemon]) =>
    (['network', 'service'] as const).map((fault) => ({ name: `${server}-${fault}`, server, fault, daemon })),
  ),
  // Of a server's several daemons any may fail.
  { name: 'mail-service-dovecot', server: 'mail', fault: 'service', daemon: 'dovecot' },
];

/**
 * The cases to run.
 * @param only names separated by commas; without it all
 */
export function chooseCases(only: string | undefined): readonly ClientWorkCase[] {
  if (only === undefined) return CASES;
  return only.split(',').map((name) => {
    const found = CASES.find((known) => known.name === name.trim());
    if (found !== undefined) return found;
    throw new UserError(`"${name}" is no case of client-work; there are ${CASES.map((known) => known.name).join(', ')}`);
  });
}
