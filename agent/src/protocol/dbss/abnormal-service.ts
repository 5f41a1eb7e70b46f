import type { Outcome } from '../events.ts';

/** A service that an examination found abnormal, and what it did not do. */
export interface AbnormalService {
  readonly daemon: string;
  readonly failure: string;
  /** Nobody listens at its port: its daemon is dead. */
  readonly refused?: true;
}

/** What an examination of a service came to; undefined where it is normal. */
export function abnormalityOf(daemon: string, outcome: Outcome): AbnormalService | undefined {
  if (outcome.kind !== 'failed') return undefined;
  return { daemon, failure: outcome.reason, ...(outcome.refused === true ? { refused: true } : {}) };
}

/** `vsftpd: connection refused, sshd: no answer` */
export function tellAbnormalServices(services: readonly AbnormalService[]): string {
  return services.map(({ daemon, failure }) => `${daemon}: ${failure}`).join(', ');
}
