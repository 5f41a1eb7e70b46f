import type { MachineMetrics } from '../../cli/src/inspect/render-metrics.ts';
import type { RingView } from '../../cli/src/inspect/ring-view.ts';
import type { LabUnderTest } from './lab-under-test.ts';

const NUMBER = 'dbss_service_examinations_total';
const SECONDS = 'dbss_service_examination_seconds_total';

/** Examinations of a daemon by a server that found it normal, since its agent's start. */
export interface Examined {
  readonly number: number;
  readonly seconds: number;
}

/** By {@link examinationBy}. */
export type Examinations = ReadonlyMap<string, Examined>;

/** `ftp internal vsftpd`: by whom, of whom and of what. */
export function examinationBy(server: string, monitoring: 'internal' | 'external', daemon: string): string {
  return `${server} ${monitoring} ${daemon}`;
}

/** What `dbssctl metrics` counts at this moment. */
export async function examinationsIn(lab: LabUnderTest): Promise<Examinations> {
  const machines = JSON.parse((await lab.mustRun('metrics', '--json')).stdout) as readonly MachineMetrics[];
  const numbers = samplesOf(machines, NUMBER);
  const seconds = samplesOf(machines, SECONDS);
  return new Map([...numbers].map(([by, number]) => [by, { number, seconds: seconds.get(by) ?? 0 }]));
}

/** What each daemon of each server is examined by (§4.1): the server itself, and the manager at its virtual IP address. */
export function examinationsWanted({ servers }: RingView): readonly string[] {
  return servers.flatMap(({ name, managedBy, services }) =>
    services.flatMap((daemon) => [
      examinationBy(name, 'internal', daemon),
      ...(managedBy === null ? [] : [examinationBy(managedBy, 'external', daemon)]),
    ]),
  );
}

function samplesOf(machines: readonly MachineMetrics[], name: string): ReadonlyMap<string, number> {
  return new Map(
    machines.flatMap(({ machine, metrics }) =>
      (metrics?.families.find((family) => family.name === name)?.samples ?? []).map(
        ({ labels, value }) => [`${machine} ${labels['monitoring'] ?? ''} ${labels['daemon'] ?? ''}`, value] as const,
      ),
    ),
  );
}
