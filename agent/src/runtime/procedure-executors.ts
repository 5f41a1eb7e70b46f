import type { Hypervisor } from '../effects/hypervisor/hypervisor.ts';
import { withNotes } from '../effects/with-notes.ts';
import type { ProcedureVersion } from '../effects/procedure/procedure-store.ts';
import type { Procedures } from '../effects/procedure/procedures.ts';
import type { ProcedureEffect } from '../protocol/procedure/procedure-effects.ts';
import type { EffectExecutors } from './executors.ts';
import type { OperatorTickets } from './operator-tickets.ts';

interface ProcedureEquipment {
  readonly procedures: Procedures;
  readonly hypervisor: Hypervisor;
  readonly operators: OperatorTickets;
}

/** Executors of the work on installation procedure files (§3.1). */
export function procedureExecutors({
  procedures,
  hypervisor,
  operators,
}: ProcedureEquipment): Pick<EffectExecutors, ProcedureEffect['kind'] | 'install-procedure'> {
  return {
    'list-procedures': async () => ({ kind: 'procedure', product: { kind: 'listed', stamps: await procedures.list() } }),
    'survey-configuration': async ({ last }) => ({ kind: 'procedure', product: await procedures.survey(last) }),
    'capture-procedure': async ({ epoch, expected }) => ({
      kind: 'procedure',
      product: { kind: 'captured', ...(await procedures.capture(epoch, expected)) },
    }),
    'seal-procedure-anew': async ({ epoch, digest }) => ({
      kind: 'procedure',
      product: { kind: 'sealed-anew', stamp: await procedures.sealAnew(epoch, digest) },
    }),
    'store-procedure': async ({ server, content }) => ({
      kind: 'procedure',
      product: { kind: 'stored', stamp: await procedures.keep(server, content) },
    }),
    'read-procedure': async ({ server }) => ({ kind: 'procedure', product: { kind: 'content', content: await procedures.read(server) } }),
    'tell-operator': ({ ticket, report }) => operators.tell(ticket, report),
    'install-procedure': async ({ target, address, prefix_length, timeout_ms }) => {
      const { versions, notes } = await procedures.versionsOf(target);
      const failed = (version: ProcedureVersion): void => procedures.avoid(version);
      const installed = await hypervisor
        .installProcedure({ target, versions, address, prefix_length, timeout_ms, failed })
        .catch((error: unknown) => {
          throw withNotes(notes, error);
        });
      return { kind: 'notes', notes: [...notes, ...installed.notes] };
    },
  };
}
