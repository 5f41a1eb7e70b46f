import { createHash, X509Certificate } from 'node:crypto';
import type { KeysReport } from '@dbss/agent/protocol/keys-report.ts';
import { parseDatagramKeys } from '@dbss/agent/configuration/datagram-keys.ts';
import { BrokenError } from '../../errors.ts';
import type { KeyPair } from '../certificates.ts';
import type { KeySet } from './key-set.ts';

/**
 * The steps of a rotation. Machines of which one has taken a step and another has not yet understand each other; so it is enough that all have
 * taken one before the first takes the next.
 * - `trust`: the old keys are used, the new ones are believed as well;
 * - `change`: the new keys are used, the old ones are still believed;
 * - `forget`: only the new keys are believed.
 */
export const ROTATION_STEPS = ['trust', 'change', 'forget'] as const;
export type RotationStep = (typeof ROTATION_STEPS)[number];

/** What lies in `/etc/dbss` of one machine in a step. */
export interface MachineKeys {
  readonly authorities: string;
  readonly own: KeyPair;
  readonly datagramKeys: string;
  /** Of installation procedure files; undefined on a witness, which may not read them. */
  readonly procedureKeys: string | undefined;
}

/** What the administrator's machine holds in a step, and what follows from it for each machine. */
export interface StepKeys {
  readonly authorities: string;
  /** Signs the certificate of a machine that comes into the inventory now; it belongs to the first of `authorities`. */
  readonly authorityKey: string;
  readonly datagramKeys: string;
  readonly procedureKeys: string;
  readonly machines: Readonly<Record<string, KeyPair>>;
}

export function keysOfStep(step: RotationStep, before: KeySet, after: KeySet): StepKeys {
  const [used, believed] = step === 'trust' ? [before, after] : step === 'change' ? [after, before] : [after, undefined];
  return {
    authorities: used.authority.certificate + (believed?.authority.certificate ?? ''),
    authorityKey: used.authority.key,
    datagramKeys: used.datagramKey + (believed?.datagramKey ?? ''),
    procedureKeys: used.procedureKey + (believed?.procedureKey ?? ''),
    machines: used.machines,
  };
}

/**
 * @param witness the machine that only votes
 * @throws BrokenError when the machine has no certificate
 */
export function keysOfMachine(keys: StepKeys, machine: string, witness?: string): MachineKeys {
  const own = keys.machines[machine];
  if (own === undefined)
    throw new BrokenError(`${machine}: it has no certificate`, { hint: 'run `dbssctl generate`, then this command again' });
  const procedureKeys = machine === witness ? undefined : keys.procedureKeys;
  return { authorities: keys.authorities, own, datagramKeys: keys.datagramKeys, procedureKeys };
}

/** What an agent tells when exactly these keys are in force. */
export function reportOf({ authorities, own, datagramKeys, procedureKeys }: MachineKeys): Omit<KeysReport, 'valid_until_unix_s'> {
  return {
    authorities: certificatesIn(authorities).map((pem) => new X509Certificate(pem).fingerprint256),
    certificate: new X509Certificate(own.certificate).fingerprint256,
    datagramKeys: namesOfKeys(datagramKeys),
    procedureKeys: procedureKeys === undefined ? [] : namesOfKeys(procedureKeys),
  };
}

/** Whether these are the keys that the agent says are in force. */
export function isInForce(keys: MachineKeys, report: KeysReport): boolean {
  const { authorities, certificate, datagramKeys, procedureKeys } = report;
  return JSON.stringify(reportOf(keys)) === JSON.stringify({ authorities, certificate, datagramKeys, procedureKeys });
}

function namesOfKeys(text: string): readonly string[] {
  return parseDatagramKeys(text).believed.map((key) => createHash('sha256').update(key).digest('hex').slice(0, 16));
}

function certificatesIn(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
