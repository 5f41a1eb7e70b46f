import { BrokenError, UserError } from '../errors.ts';
import type { AnsibleEvent } from './ansible-events.ts';

type Failure = Extract<AnsibleEvent, { kind: 'result' }>;

/**
 * What a deployment with failures is reported as: each host with its step, and what to do next.
 *
 * @param failures failed and unreachable results, at least one
 * @param log absolute path of what Ansible said
 * @returns UserError when each failure is what the user did wrong, else BrokenError
 */
export function deploymentFailed(failures: readonly Failure[], log: string): UserError | BrokenError {
  const lines = failures.map((failure) =>
    failure.outcome === 'unreachable'
      ? `${failure.host}: not reachable by ssh at step "${failure.task}": ${failure.message ?? ''}`
      : `${failure.host}: step "${failure.task}" failed: ${failure.message ?? ''}`,
  );
  const message = `deployment failed\n${lines.map((line) => `  ${line}`).join('\n')}`;
  const hint = `${repairs(failures).join('; ')}, then run the same command again: it continues. All steps are in ${log}.`;
  return failures.every((failure) => failure.told?.kind === 'user') ? new UserError(message, { hint }) : new BrokenError(message, { hint });
}

function repairs(failures: readonly Failure[]): readonly string[] {
  const told = failures.flatMap((failure) => failure.told?.hint?.replace(/\.$/, '') ?? []);
  const unreachable = failures.filter((failure) => failure.outcome === 'unreachable').map((failure) => failure.host);
  const reach = unreachable.length > 0 ? [`Bring ${unreachable.join(', ')} up or back to the SEM network`] : [];
  const all = [...new Set([...told, ...reach])];
  return all.length > 0 ? all : ['Repair what the lines above say'];
}
