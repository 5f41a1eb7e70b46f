/** A service that an examination found abnormal, and what it did not do. */
export interface AbnormalService {
  readonly daemon: string;
  readonly failure: string;
}

/** `vsftpd: connection refused, sshd: no answer` */
export function tellAbnormalServices(services: readonly AbnormalService[]): string {
  return services.map(({ daemon, failure }) => `${daemon}: ${failure}`).join(', ');
}
