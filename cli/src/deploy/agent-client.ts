import type { Duplex } from 'node:stream';
import type { KeysReport, PeerCheck } from '@dbss/agent/protocol/keys-report.ts';
import type { AgentMetrics } from '@dbss/agent/protocol/metrics.ts';
import type { VotersConfiguration } from '@dbss/agent/protocol/ownership/voters-configuration.ts';
import type { CaptureReport } from '@dbss/agent/protocol/procedure/procedure-work.ts';
import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import type { WitnessStatus } from '@dbss/agent/protocol/witness/witness.ts';
import { BrokenError } from '../errors.ts';
import { SshConnection } from './ssh-connection.ts';

/** Where the agent listens on a server. */
const AGENT_SOCKET = '/run/dbss/agent.sock';
/**
 * A dead server costs as much. With 2 s a controller that was busy with other work did not get through the handshakes of seven machines at once, and
 * called all of them unreachable.
 */
const TIMEOUT_MS = 5_000;

interface Question {
  readonly command: string;
  readonly target?: string;
  readonly force?: boolean;
  readonly configuration?: VotersConfiguration;
}

/** Asks agents through their control sockets over ssh, which stays open between questions. Close it when done. */
export class AgentClient {
  readonly #sshConfig: string;
  readonly #timeout_ms: number;
  readonly #connections = new Map<string, SshConnection>();

  /** @param timeout_ms for one question, connecting included */
  constructor(sshConfig: string, timeout_ms = TIMEOUT_MS) {
    this.#sshConfig = sshConfig;
    this.#timeout_ms = timeout_ms;
  }

  /**
   * What the agent of `server` tells about itself.
   *
   * @throws BrokenError when the server or its agent does not answer in time
   */
  async status(server: string): Promise<AgentStatus> {
    return (await this.#ask(server, { command: 'status' })) as AgentStatus;
  }

  /**
   * What the agent of the witness tells about itself.
   *
   * @throws BrokenError when it does not answer in time, or a server's agent does
   */
  async witnessStatus(witness: string): Promise<WitnessStatus> {
    const answer = await this.#ask(witness, { command: 'status' });
    if (isWitness(answer)) return answer;
    throw new BrokenError(`${witness}: its agent is not a witness's`, { hint: 'Run `dbssctl deploy`.' });
  }

  /**
   * What the agent of a server or of the witness counts.
   *
   * @throws BrokenError when it does not answer in time, or is of a version that does not count
   */
  async metrics(machine: string): Promise<AgentMetrics> {
    const answer = await this.#ask(machine, { command: 'metrics' });
    if (isMetrics(answer)) return answer;
    throw new BrokenError(`${machine}: its agent does not tell what it counts`, { hint: 'Run `dbssctl deploy`.' });
  }

  /**
   * Let the agent of a machine read its keys again.
   *
   * @returns the keys that are in force then
   * @throws BrokenError when it does not answer in time, or cannot read them: then the earlier ones stay in force
   */
  async reloadKeys(machine: string): Promise<KeysReport> {
    const answer = await this.#ask(machine, { command: 'reload-keys' });
    if (isKeysReport(answer)) return answer;
    throw new BrokenError(`${machine}: its agent did not read its keys again: ${JSON.stringify(answer)}`, {
      hint: '`dbssctl deploy` brings agents that know how to',
    });
  }

  /**
   * Whether the agent of a machine reaches each other member over SEM, by connections made just now.
   *
   * @throws BrokenError when it does not answer in time
   */
  async checkPeers(machine: string): Promise<readonly PeerCheck[]> {
    const answer = await this.#ask(machine, { command: 'check-peers' });
    if (isPeerChecks(answer)) return answer.peers;
    throw new BrokenError(`${machine}: its agent does not tell whom it reaches: ${JSON.stringify(answer)}`, {
      hint: '`dbssctl deploy` brings agents that know how to',
    });
  }

  /** Ask for a pristine, suspended standby; the agent answers when it has taken the order, not when it is done. */
  async resetStandby(server: string): Promise<void> {
    const answer = await this.#ask(server, { command: 'reset-standby' });
    if (!isOk(answer)) throw new BrokenError(`${server}: the agent refused to reset its standby: ${JSON.stringify(answer)}`);
  }

  /** Order the DBSS of `target` that runs on `server` to return it without a hold-down. */
  async returnTarget(server: string, target: string): Promise<void> {
    const answer = await this.#ask(server, { command: 'return-target', target });
    if (!isOk(answer)) throw new BrokenError(`${server}: the agent refused to return ${target}: ${JSON.stringify(answer)}`);
  }

  /**
   * Let the agent of a server capture its installation procedure file.
   *
   * @returns what went in, or why nothing was captured
   * @throws BrokenError when it does not answer in time, or is of a version that captures nothing
   */
  async captureProcedure(server: string, force: boolean): Promise<CaptureReport> {
    const answer = await this.#ask(server, { command: 'capture-procedure', force });
    if (isCaptureReport(answer)) return answer;
    throw new BrokenError(`${server}: its agent does not capture: ${JSON.stringify(answer)}`, {
      hint: '`dbssctl deploy` brings agents that know how to',
    });
  }

  /** Give the first voters' configuration to a voter that has none; the agent answers when it has taken the order. */
  async installVoters(machine: string, configuration: VotersConfiguration): Promise<void> {
    const answer = await this.#ask(machine, { command: 'install-voters', configuration });
    if (!isOk(answer)) throw new BrokenError(`${machine}: the agent refused the voters' configuration: ${JSON.stringify(answer)}`);
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  async #ask(server: string, question: Question): Promise<unknown> {
    const deadline = AbortSignal.timeout(this.#timeout_ms);
    const late = new Promise<never>((_, reject) => {
      deadline.addEventListener('abort', () => reject(new BrokenError(`${server}: no answer within ${this.#timeout_ms} ms`)));
    });
    try {
      return await Promise.race([this.#askOverSsh(server, question), late]);
    } catch (error) {
      this.#connections.get(server)?.close();
      this.#connections.delete(server);
      throw error;
    }
  }

  async #askOverSsh(server: string, question: Question): Promise<unknown> {
    const connection = await this.#connect(server);
    const socket = await connection.openLocalSocket(AGENT_SOCKET);
    const line = await exchangeLine(server, socket, JSON.stringify(question));
    try {
      return JSON.parse(line);
    } catch (cause) {
      throw new BrokenError(`${server}: the agent's answer is no JSON: ${line.slice(0, 80)}`, { cause });
    }
  }

  async #connect(server: string): Promise<SshConnection> {
    const known = this.#connections.get(server);
    if (known?.isOpen === true) return known;
    const connection = await SshConnection.open(this.#sshConfig, server, { timeout_ms: this.#timeout_ms });
    this.#connections.set(server, connection);
    return connection;
  }
}

function isOk(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true;
}

function isMetrics(answer: unknown): answer is AgentMetrics {
  return typeof answer === 'object' && answer !== null && 'families' in answer && Array.isArray(answer.families);
}

function isKeysReport(answer: unknown): answer is KeysReport {
  return typeof answer === 'object' && answer !== null && 'certificate' in answer && 'authorities' in answer;
}

function isPeerChecks(answer: unknown): answer is { readonly peers: readonly PeerCheck[] } {
  return typeof answer === 'object' && answer !== null && 'peers' in answer && Array.isArray(answer.peers);
}

function isCaptureReport(answer: unknown): answer is CaptureReport {
  return typeof answer === 'object' && answer !== null && 'kind' in answer && (answer.kind === 'captured' || answer.kind === 'refused');
}

function isWitness(answer: unknown): answer is WitnessStatus {
  return typeof answer === 'object' && answer !== null && 'role' in answer && answer.role === 'witness';
}

function exchangeLine(server: string, socket: Duplex, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
      const end = received.indexOf('\n');
      if (end < 0) return;
      resolve(received.slice(0, end));
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new BrokenError(`${server}: the agent closed its control socket without an answer`)));
    socket.write(`${question}\n`);
  });
}
