import { votersConfiguration } from '../configuration/ownership-values.ts';
import type { Happening } from './agent-loop.ts';
import type { ControlCommands } from './control-socket.ts';

/** What the control socket of a voter is asked beside its status. A request that is not as it should be is answered with what is wrong. */
export function voterCommands(push: (happening: Happening) => void): ControlCommands {
  return {
    'install-voters': (request) => {
      const configuration = votersConfiguration('configuration' in request ? request.configuration : undefined, 'configuration');
      push({ kind: 'install-configuration', configuration });
      return { ok: true };
    },
    'prepare-restart': () => {
      push({ kind: 'prepare-restart' });
      return { ok: true };
    },
  };
}
