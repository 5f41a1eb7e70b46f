import { X509Certificate } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BrokenError, UserError } from '../../errors.ts';
import { agentMachines } from '../../inventory/agent-machines.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { type StatePaths, statePaths } from '../../inventory/state-paths.ts';
import type { Step } from '../../bootstrap/steps.ts';
import type { KeyHosts } from './key-hosts.ts';
import { completeKeySet, createKeySet, type KeySet, readKeySet } from './key-set.ts';
import { untilSealedAnew } from './old-seals.ts';
import { endRotation, readRotation, type RotationRecord, writeRotation } from './rotation-record.ts';
import { openProcedures, type SealMaterial, sealProceduresAnew } from '../../generate/seal-procedures.ts';
import { isInForce, keysOfMachine, ROTATION_STEPS, type RotationStep } from './rotation-steps.ts';

const TITLES: Readonly<Record<RotationStep, string>> = {
  trust: 'Believe old and new keys',
  change: 'Use the new keys',
  forget: 'Forget the old keys',
};
/** A member that is just being restarted is asked again. */
const CHECKS = 5;
const CHECK_AGAIN_MS = 1_000;

export interface RotationOptions {
  /** Go on with a rotation that was broken off. */
  readonly goOn: boolean;
  readonly signal: AbortSignal;
}

/** What a rotation came to. Filled in while its steps run. */
export interface RotationResult {
  cluster: string;
  machines: readonly string[];
  /** SHA-256 fingerprint of the authority that is believed at the end. */
  authority: string;
  duration_s: number;
}

/**
 * The steps that give every server, and the witness, a certificate of a new CA and a new key of the datagrams, while the ring runs. Each step is in
 * force on every machine, and every member reaches every other one, before the next one begins.
 *
 * @param inventory whose keys have been made and deployed
 * @returns the steps, and the result that they fill in
 */
export function rotationSteps(
  inventory: Inventory,
  hosts: KeyHosts,
  options: RotationOptions,
): { readonly steps: readonly Step[]; readonly result: RotationResult } {
  const paths = statePaths(inventory.path);
  const machines = agentMachines(inventory).map(({ name }) => name);
  const servers = inventory.servers.map(({ name }) => name);
  const started_ms = performance.now();
  const result: RotationResult = { cluster: inventory.cluster, machines, authority: '', duration_s: 0 };
  let record: RotationRecord | undefined;
  const steps: Step[] = [
    {
      title: 'Check that every machine is there',
      run: async () => {
        record = await recordToBegin(paths, options.goOn);
        // Those that cannot be sealed anew would be lost with the old keys.
        if (record === undefined)
          await openProcedures(inventory.cluster, paths.procedures, sealMaterialOf(await readKeySet(paths, machines)), servers);
        await requireAllReachable(hosts, machines, options);
        await requireAllRunning(hosts, servers, options);
        return `${machines.length} machines reach each other`;
      },
    },
    {
      title: 'Make new keys',
      run: async () => {
        const now = new Date();
        const found = record;
        const before = found?.before ?? (await readKeySet(paths, machines));
        const after = found?.after ?? (await createKeySet(inventory.cluster, machines, now));
        record = {
          format: 1,
          begun: found?.begun ?? now.toISOString(),
          step: found?.step ?? 'trust',
          before: await completeKeySet(before, machines, now),
          after: await completeKeySet(after, machines, now),
        };
        return found === undefined ? 'a new CA and a key for each machine' : `those of ${found.begun} are there`;
      },
    },
    ...ROTATION_STEPS.map((step) => ({
      title: TITLES[step],
      run: async (report: (progress: string) => void) => {
        if (record === undefined) throw new Error('a rotation without a record');
        if (ROTATION_STEPS.indexOf(step) < ROTATION_STEPS.indexOf(record.step)) return 'done before';
        record = { ...record, step };
        await takeStep(record, {
          cluster: inventory.cluster,
          paths,
          machines,
          servers,
          witness: inventory.witness?.name,
          hosts,
          report,
          signal: options.signal,
        });
        return `in force on ${machines.length} machines`;
      },
    })),
    {
      title: 'Remove the old keys',
      run: async () => {
        await endRotation(paths);
        result.authority = new X509Certificate(record?.after.authority.certificate ?? '').fingerprint256;
        result.duration_s = Math.round((performance.now() - started_ms) / 100) / 10;
        return `the CA is ${result.authority}`;
      },
    },
  ];
  return { steps, result };
}

function sealMaterialOf({ authority, procedureKey, machines }: KeySet): SealMaterial {
  return { caCertificate: authority.certificate, procedureKeys: procedureKey, servers: machines };
}

async function recordToBegin(paths: StatePaths, goOn: boolean): Promise<RotationRecord | undefined> {
  const record = await readRotation(paths);
  if (record !== undefined && !goOn) {
    throw new UserError(`a rotation of the keys was begun at ${record.begun} and broken off at "${TITLES[record.step]}"`, {
      hint: '`dbssctl keys rotate --continue` goes on with it; until then old and new keys work together',
    });
  }
  if (record === undefined && goOn) {
    throw new UserError('no rotation of the keys is under way', { hint: '`dbssctl keys rotate` begins one' });
  }
  return record;
}

/** One whose management program does not run seals nothing anew, and what it captured would be lost with the old keys. */
async function requireAllRunning(hosts: KeyHosts, servers: readonly string[], { goOn }: RotationOptions): Promise<void> {
  const answers = await Promise.allSettled(servers.map((server) => hosts.captures(server)));
  const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [(answer.reason as Error).message] : []));
  if (reasons.length === 0) return;
  throw new BrokenError(`keys are only changed while every server is in the ring\n${reasons.map((reason) => `  ${reason}`).join('\n')}`, {
    hint: `\`dbssctl ring show\` says more; then \`dbssctl keys rotate${goOn ? ' --continue' : ''}\` again. ${goOn ? 'Old and new keys work together until then.' : 'Nothing was changed.'}`,
  });
}

/** Nothing has been changed yet: a machine that is away now would be locked out. */
async function requireAllReachable(hosts: KeyHosts, machines: readonly string[], { goOn, signal }: RotationOptions): Promise<void> {
  const trouble = await troubleAmong(hosts, machines, signal);
  if (trouble.length === 0) return;
  throw new BrokenError(`keys are only changed while every machine is there\n${trouble.map((line) => `  ${line}`).join('\n')}`, {
    hint:
      'bring it back (`dbssctl ring show` says more), or take a machine that will not come back out of the inventory; ' +
      `then \`dbssctl keys rotate${goOn ? ' --continue' : ''}\` again. ${goOn ? 'Old and new keys work together until then.' : 'Nothing was changed.'}`,
  });
}

interface StepEnvironment {
  readonly cluster: string;
  readonly paths: StatePaths;
  readonly machines: readonly string[];
  /** Those of them that are servers of the ring. */
  readonly servers: readonly string[];
  readonly witness: string | undefined;
  readonly hosts: KeyHosts;
  readonly report: (progress: string) => void;
  readonly signal: AbortSignal;
}

async function takeStep(
  record: RotationRecord,
  { cluster, paths, machines, servers, witness, hosts, report, signal }: StepEnvironment,
): Promise<void> {
  if (record.step === 'forget') {
    report('every server has sealed what it captured with the new keys');
    await untilSealedAnew(hosts, sealMaterialOf(record.after), servers, { signal }).catch((cause: unknown) => {
      throw signal.aborted ? stopped(cause, signal) : cause;
    });
  }
  const keys = await writeRotation(paths, record);
  try {
    const material = { caCertificate: keys.authorities, procedureKeys: keys.procedureKeys, servers: keys.machines };
    // Before the old keys are forgotten nobody may need them: whom the generated files serve has captured nothing.
    const procedures = record.step === 'change' ? await sealProceduresAnew(cluster, paths.procedures, material, servers) : {};
    for (const [index, machine] of machines.entries()) {
      signal.throwIfAborted();
      report(`${machine} (${index + 1} of ${machines.length})`);
      const own = keysOfMachine(keys, machine, witness);
      await hosts.install(machine, own);
      const inForce = await hosts.reload(machine);
      if (record.step === 'change' && servers.includes(machine)) await hosts.bring(machine, procedures);
      if (!isInForce(own, inForce)) throw new BrokenError(`${machine}: its agent goes on with other keys than were put there`);
    }
    report('every member asks every other one');
    const trouble = await troubleAmong(hosts, machines, signal);
    if (trouble.length > 0)
      throw new BrokenError(`not every member reaches every other one\n${trouble.map((line) => `  ${line}`).join('\n')}`);
  } catch (cause) {
    throw stopped(cause, signal);
  }
}

function stopped(cause: unknown, signal: AbortSignal): BrokenError {
  const what = signal.aborted ? 'was interrupted' : `stopped: ${(cause as Error).message}`;
  return new BrokenError(`the rotation of the keys ${what}`, {
    cause,
    hint: 'old and new keys work together: the ring goes on. Repair what is said above, then `dbssctl keys rotate --continue`.',
  });
}

/** Who does not reach whom, in words. Asked again for a while: an agent may just be starting. */
async function troubleAmong(hosts: KeyHosts, machines: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  for (let check = 1; ; check += 1) {
    signal.throwIfAborted();
    const trouble = (await Promise.all(machines.map((machine) => troubleOf(hosts, machine, machines)))).flat();
    if (trouble.length === 0 || check === CHECKS) return trouble;
    await sleep(CHECK_AGAIN_MS, undefined, { signal });
  }
}

async function troubleOf(hosts: KeyHosts, machine: string, machines: readonly string[]): Promise<readonly string[]> {
  try {
    const peers = await hosts.checkPeers(machine);
    const missing = machines.filter((name) => name !== machine && !peers.some(({ peer }) => peer === name));
    return [
      ...peers
        .filter(({ peer, trouble }) => trouble !== null && machines.includes(peer))
        .map(({ trouble }) => `${machine}: ${trouble ?? ''}`),
      ...missing.map((name) => `${machine}: its agent does not know ${name}; run \`dbssctl deploy\` first`),
    ];
  } catch (error) {
    return [(error as Error).message];
  }
}
