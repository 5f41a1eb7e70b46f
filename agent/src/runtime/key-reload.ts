import { reasonOf } from '../effects/reason-of.ts';
import type { Transport } from '../effects/transport/transport.ts';
import type { KeysReport, PeerCheck } from '../protocol/keys-report.ts';
import { keysReport, readAgentKeys, type AgentKeys } from './agent-keys.ts';
import type { ControlCommands } from './control-socket.ts';
import { diagnose } from './diagnostics.ts';
import type { AgentPaths } from './paths.ts';

/** Less than the control socket's patience. */
const PEER_CHECK_MS = 3_000;

/** Reads the keys anew while the agent runs, and puts them in force: connections are made anew, nothing is restarted. */
export class KeyReload {
  readonly #paths: AgentPaths;
  readonly #use: (keys: AgentKeys) => void;
  #keys: AgentKeys;

  /**
   * @param keys in force now
   * @param use puts other keys in force; what it throws leaves the earlier ones in force
   */
  constructor(paths: AgentPaths, keys: AgentKeys, use: (keys: AgentKeys) => void) {
    this.#paths = paths;
    this.#keys = keys;
    this.#use = use;
  }

  /** The keys in force. */
  get keys(): AgentKeys {
    return this.#keys;
  }

  get report(): KeysReport {
    return keysReport(this.#keys);
  }

  /**
   * Read the files again. Where nothing changed nothing is done.
   *
   * @throws Error when a file is missing or damaged: the earlier keys stay in force
   */
  reload(): KeysReport {
    const keys = readAgentKeys(this.#paths);
    if (!sameKeys(keys, this.#keys)) {
      this.#use(keys);
      this.#keys = keys;
      diagnose('information', `other keys are in force: certificate ${this.report.certificate}`);
    }
    return this.report;
  }

  /** The same for a signal, which can be answered by a word in the journal alone. */
  reloadOrWarn(): void {
    try {
      this.reload();
    } catch (error) {
      diagnose('warning', `keys cannot be read again, the earlier ones stay in force: ${reasonOf(error)}`);
    }
  }
}

/** Commands of the control socket about keys. */
export function keyCommands(keys: KeyReload, transport: Pick<Transport, 'checkPeers'>): ControlCommands {
  return {
    keys: () => keys.report,
    'reload-keys': () => keys.reload(),
    'check-peers': async (): Promise<{ readonly peers: readonly PeerCheck[] }> => ({ peers: await transport.checkPeers(PEER_CHECK_MS) }),
  };
}

function sameKeys(a: AgentKeys, b: AgentKeys): boolean {
  const same = (one: readonly Buffer[], other: readonly Buffer[]): boolean =>
    one.length === other.length && one.every((bytes, index) => bytes.equals(other[index] ?? Buffer.alloc(0)));
  return (
    same([a.identity.ca, a.identity.cert, a.identity.key], [b.identity.ca, b.identity.cert, b.identity.key]) &&
    same(a.datagrams?.believed ?? [], b.datagrams?.believed ?? []) &&
    same(a.procedures?.believed ?? [], b.procedures?.believed ?? [])
  );
}
