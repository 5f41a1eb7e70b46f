import type { Service } from '../../protocol/ring/ring-configuration.ts';
import { reasonOf } from '../reason-of.ts';
import { sameKindOfError } from './connection-refused.ts';
import { holdDialogue } from './dialogues.ts';
import { runScript } from './run-script.ts';
import { ScriptNotRun } from './script-not-run.ts';
import { clientWorkOf } from './service-work.ts';
import { within } from './time-limit.ts';
import type { Account } from './work/account.ts';
import { usePlain } from './work/plain-work.ts';
import { workInChild } from './work/work-in-child.ts';

/**
 * Service examination (§2.1, Table 1): hold the dialogue that the service's probe names, do a client's work, or call the administrator's script, whichever the
 * service asks for. No connection and no program outlasts it.
 *
 * @param timeout_ms for all of it, connecting included
 * @param account who does a client's work
 * @throws Error in words: which daemon, where, and what was wrong; a ConnectionRefused where nobody listens, a ScriptNotRun where nothing was examined
 */
export async function checkService(address: string, service: Service, timeout_ms: number, account?: Account): Promise<void> {
  try {
    await examine(address, service, timeout_ms, account);
  } catch (error) {
    if (error instanceof ScriptNotRun) throw error;
    throw sameKindOfError(`${service.daemon} at ${address}:${String(service.port)}: ${reasonOf(error)}`, error);
  }
}

async function examine(address: string, service: Service, timeout_ms: number, account: Account | undefined): Promise<void> {
  const { probe, port, work, script } = service;
  if (work !== undefined) {
    const clientWork = clientWorkOf(work, service, address, account);
    if (clientWork.kind === 'ssh' || clientWork.kind === 'ftp') await workInChild(clientWork, timeout_ms);
    else await within({ whole_ms: timeout_ms }, (limit) => usePlain(clientWork, limit));
    return;
  }
  if (probe === 'script') {
    if (script === undefined) throw new Error('it is examined by a script, and none is named');
    await runScript(script, { address, port }, timeout_ms);
    return;
  }
  await within({ whole_ms: timeout_ms }, (limit) => holdDialogue(probe, { address, port }, limit));
}
