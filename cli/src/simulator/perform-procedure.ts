import type { Outcome } from '@dbss/agent/protocol/events.ts';
import type { ProcedureEffect } from '@dbss/agent/protocol/procedure/procedure-effects.ts';
import { isNewerStamp } from '@dbss/agent/protocol/procedure/procedure-stamp.ts';
import type { ProcedureProduct } from '@dbss/agent/protocol/procedure/procedure-work.ts';
import type { Host, SimulatedProcedure } from './host.ts';
import type { Surroundings } from './surroundings.ts';

const SEAL = '5ea15ea15ea15ea1';

/** Installation procedure files in a simulated world: a configuration is a text, and a sealed file is that text with its stamp. */
export function performProcedureEffect(world: Surroundings, host: Host, effect: ProcedureEffect): void {
  const result = (request: string, act: () => ProcedureProduct | string): void =>
    world.result(host, request, world.durations.disk, (): Outcome => {
      const product = act();
      if (typeof product === 'string') return { kind: 'failed', reason: product, elapsed_ms: world.durations.disk };
      return { kind: 'procedure', product };
    });
  switch (effect.kind) {
    case 'list-procedures':
      result(effect.request, () => ({ kind: 'listed', stamps: [...host.procedures.values()].flatMap(([newest]) => newest?.stamp ?? []) }));
      return;
    case 'survey-configuration':
      result(effect.request, () => surveyOf(host, effect.last));
      return;
    case 'capture-procedure':
      result(effect.request, () => captured(world, host, effect));
      return;
    case 'seal-procedure-anew':
      result(effect.request, () => sealedAnew(host, effect.epoch));
      return;
    case 'store-procedure':
      result(effect.request, () => keep(host, JSON.parse(effect.content) as SimulatedProcedure));
      return;
    case 'read-procedure':
      result(effect.request, () => ({ kind: 'content', content: JSON.stringify(host.procedures.get(effect.server)?.[0]) }));
      return;
    case 'tell-operator':
      world.note(host.name, `*** operator is told: ${effect.report.kind === 'refused' ? effect.report.reason : 'captured'}`);
  }
}

/** The first version of a target's procedure that starts in the standby of a host; a target that nobody has captured has its generated one. */
export function installedVersion(
  host: Host,
  target: string,
): { readonly configuration: string | undefined; readonly notes: readonly string[] } {
  const notes: string[] = [];
  for (const { stamp, configuration } of host.procedures.get(target) ?? []) {
    if (!host.brokenConfigurations.has(configuration)) return { configuration, notes };
    notes.push(`Installation procedure of ${target}, version ${String(stamp.epoch)}, does not work in the standby here`);
  }
  return { configuration: host.brokenConfigurations.has('as generated') ? undefined : 'as generated', notes };
}

function surveyOf(host: Host, last: string | undefined): ProcedureProduct {
  const digest = digestOf(host.configuration);
  return {
    kind: 'surveyed',
    survey: {
      digest,
      seal: SEAL,
      differences: digest === last ? [] : ['/etc/made.conf'],
      unread: host.unread && digest !== last ? ['the daemon has been neither restarted nor reloaded'] : [],
    },
  };
}

function captured(
  world: Surroundings,
  host: Host,
  { epoch, expected }: ProcedureEffect & { kind: 'capture-procedure' },
): ProcedureProduct | string {
  const { configuration } = host;
  const digest = digestOf(configuration);
  if (host.captureFault !== undefined) return host.captureFault;
  if (expected !== undefined && expected !== digest) return 'the configuration has just been changed again';
  const captured_unix_s = Math.floor(world.now_ms / 1000);
  const stamp = { server: host.name, epoch, digest, seal: SEAL, bytes: configuration.length, captured_unix_s };
  const kept = keep(host, { stamp, configuration });
  if (typeof kept === 'string') return kept;
  const contents = { files: 1, packages: [], users: [], groups: [], removed: [], notices: [] };
  return { kind: 'captured', stamp, contents };
}

function sealedAnew(host: Host, epoch: number): ProcedureProduct | string {
  const [newest] = host.procedures.get(host.name) ?? [];
  if (newest === undefined) return 'there is no version of it here';
  const sealed = { ...newest, stamp: { ...newest.stamp, epoch, seal: SEAL } };
  const kept = keep(host, sealed);
  return typeof kept === 'string' ? kept : { kind: 'sealed-anew', stamp: sealed.stamp };
}

function keep(host: Host, coming: SimulatedProcedure): ProcedureProduct | string {
  if (host.diskFull) return 'no space left on device';
  const [newest, before] = host.procedures.get(coming.stamp.server) ?? [];
  if (!isNewerStamp(coming.stamp, newest?.stamp)) return 'it is not newer';
  const previous = newest?.stamp.digest === coming.stamp.digest ? before : newest;
  host.procedures.set(coming.stamp.server, [coming, ...(previous === undefined ? [] : [previous])]);
  return { kind: 'stored', stamp: coming.stamp };
}

/** As long as a SHA-256, and different for different texts of a test. */
function digestOf(text: string): string {
  return [...text]
    .map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('')
    .padEnd(64, '0')
    .slice(-64);
}
