import type { AgentConfiguration } from '../configuration/agent-configuration.ts';
import { Procedures } from '../effects/procedure/procedures.ts';
import type { SealKeys } from '../effects/procedure/sealed-procedure.ts';
import type { AgentKeys } from './agent-keys.ts';
import type { Happening } from './agent-loop.ts';
import { systemClock } from './clock.ts';
import type { ControlCommands } from './control-socket.ts';
import type { OperatorTickets } from './operator-tickets.ts';
import type { AgentPaths } from './paths.ts';

/**
 * @param options.keys in force at the moment
 * @param options.warn told of a file of another server that cannot be used
 */
export function openProcedures(
  configuration: AgentConfiguration,
  paths: AgentPaths,
  { keys, warn }: { readonly keys: () => AgentKeys; readonly warn: (problem: string) => void },
): Procedures {
  const { ring, capture, shared_storage } = configuration;
  const self = ring.servers.find(({ name }) => name === ring.self);
  const real = ring.ownership?.voters.find(({ name }) => name === ring.self);
  return new Procedures({
    cluster: ring.cluster,
    self: ring.self,
    servers: ring.servers.map(({ name }) => name),
    settings: { server: ring.self, services: self?.services ?? [], storage: shared_storage, gateway: ring.gateway },
    capture: capture ?? { paths: [], excludes: [] },
    realAddresses: [self?.semAddress, real?.serviceAddress].filter((address) => address !== undefined),
    root: paths.configuration,
    originalServer: paths.originalServer,
    captures: paths.captures,
    generated: paths.procedures,
    keys: () => sealKeys(keys(), paths),
    warn,
    mono_ms: () => systemClock().mono_ms,
  });
}

/** What an operator asks of this server's installation procedure file: `{"command":"capture-procedure","force":false}`. */
export function procedureCommands(push: (happening: Happening) => void, operators: OperatorTickets): ControlCommands {
  return {
    'capture-procedure': (request) => {
      const { ticket, report } = operators.draw();
      push({ kind: 'operator', command: 'capture-procedure', ticket, force: 'force' in request && request.force === true });
      return report;
    },
  };
}

function sealKeys({ identity, procedures }: AgentKeys, paths: AgentPaths): SealKeys {
  if (procedures !== undefined) return { identity, secrets: procedures };
  throw new Error(`there is no ${paths.procedureKeys}: bring the keys of this ring here (dbssctl deploy)`);
}
