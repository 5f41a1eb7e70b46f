/** Leases in the kernel of a namespace. Argument: name of the cluster. Instants are this machine's monotonic clock, in milliseconds. */
import { setTimeout as sleep } from 'node:timers/promises';
import { otherHolderOf } from '../../../agent/src/effects/duplicate-address/duplicate-address.ts';
import { KernelLease } from '../../../agent/src/effects/kernel-lease/kernel-lease.ts';
import type { LeasePlace } from '../../../agent/src/effects/kernel-lease/ruleset.ts';
import { serveCommands } from './serve-commands.ts';

const problems: string[] = [];
const leases = new KernelLease({ cluster: process.argv[2] ?? 'integration', answer_ms: 300, report: (problem) => problems.push(problem) });
let lastMark = 1_000 * process.pid;
const renewal: { on: boolean } = { on: false };

const now_ms = (): number => Number(process.hrtime.bigint()) / 1e6;

interface Staged {
  readonly mark: number;
  /** When the kernel had acknowledged it, and how long that took. */
  readonly acknowledged_at_ms: number;
  readonly took_ms: number;
}

async function stage(address: string, length_ms: number): Promise<Staged> {
  lastMark += 1;
  const mark = lastMark;
  const asked_at_ms = now_ms();
  await leases.stage(address, mark, length_ms);
  const acknowledged_at_ms = now_ms();
  return { mark, acknowledged_at_ms, took_ms: acknowledged_at_ms - asked_at_ms };
}

async function lease(address: string, length_ms: number): Promise<Staged> {
  const staged = await stage(address, length_ms);
  await leases.switchTo(address, staged.mark);
  return staged;
}

serveCommands({
  protect: (address: string, place: LeasePlace) => leases.protect(address, place),
  unprotect: (address: string) => leases.unprotect(address),
  stage,
  lease,
  stageAs: (address: string, mark: number, length_ms: number) => leases.stage(address, mark, length_ms),
  switchTo: (address: string, mark: number) => leases.switchTo(address, mark),
  drop: async (address: string) => {
    await leases.drop(address);
    return now_ms();
  },
  verify: () => leases.verify(),
  /** Renew until `stopRenewing`; a renewal that fails is left out, as a holder would. */
  renew: (address: string, length_ms: number, every_ms: number) => {
    renewal.on = true;
    void (async () => {
      while (renewal.on) {
        await lease(address, length_ms).catch((error: unknown) => problems.push(String(error)));
        await sleep(every_ms);
      }
    })();
  },
  stopRenewing: () => {
    renewal.on = false;
  },
  holderOf: async (address: string, networkInterface: string, limit_ms: number) => {
    const asked_at_ms = now_ms();
    const holder = await otherHolderOf(address, networkInterface, limit_ms);
    return { mac: holder?.mac, elapsed_ms: now_ms() - asked_at_ms };
  },
  problems: () => problems.splice(0),
});
