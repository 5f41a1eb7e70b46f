import type { AgentStatus } from '@dbss/agent/protocol/status.ts';
import type { AgentClient } from '../deploy/agent-client.ts';
import { BrokenError, UserError } from '../errors.ts';
import { askRing } from '../inspect/ask-ring.ts';
import type { RingView, ServerView, WitnessView } from '../inspect/ring-view.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { deleteFlag, sendFilesAndFlag } from './file-management-server.ts';
import { readGeneratedFiles } from './management-files.ts';
import { pollUntil } from './poll-until.ts';
import { planPush } from './push-plan.ts';

const EXECUTOR_LIMIT_MS = 30_000;
const EVERY_MS = 500;

/**
 * Start the management programs as the file management server does (§3.2). A running ring is left alone.
 *
 * @param options.replaceFiles end a ring whose members differ from the inventory's and start it with the generated files
 * @returns what was done, in a few words
 * @throws UserError when the members differ and `replaceFiles` was not given; BrokenError naming the server that cannot be started
 */
export async function startRing(
  inventory: Inventory,
  client: AgentClient,
  options: { readonly replaceFiles: boolean; readonly signal: AbortSignal },
): Promise<string> {
  const paths = statePaths(inventory.path);
  const servers = inventory.servers.map((server) => server.name);
  const generated = await readGeneratedFiles(paths);
  const plan = planPush(generated, await statuses(client, servers));
  switch (plan.kind) {
    case 'leave':
      return plan.waiting.length === 0
        ? 'the ring runs: its files are its own'
        : `the ring runs and has to bring ${plan.waiting.join(', ')} back itself`;
    case 'members-differ':
      if (!options.replaceFiles) throw membersDiffer(inventory, plan.differences);
      await deleteFlag(paths.sshConfig, servers);
      await waitUntilStopped(client, servers, options.signal);
      break;
    case 'push':
      break;
  }
  await sendFilesAndFlag(paths.sshConfig, servers, generated);
  return `sent to ${servers.join(', ')}`;
}

/**
 * Wait until each server runs, is managed, and has found itself normal, and the witness answers. A recovery that is under way may end first.
 *
 * @throws BrokenError with each server that is not, its state, and what to do
 */
export async function waitUntilManaged(
  inventory: Inventory,
  client: AgentClient,
  options: { readonly signal: AbortSignal; readonly onProgress: (progress: string) => void },
): Promise<void> {
  const { timing } = inventory;
  // The first monitoring, and where something was found failed: its creation, two waits for a restart, the way back.
  const limit_ms = 6 * timing.interval_ms + timing.virtual_server_creation_ms + 2 * timing.restart_wait_ms;
  const { seen, enough } = await pollUntil(
    async () => {
      const view = await askRing(inventory, client);
      options.onProgress(describe(view));
      return view;
    },
    (view) => view.allManaged && view.servers.every((server) => server.normal === true) && view.witness?.state !== 'unreachable',
    { limit_ms, every_ms: EVERY_MS, signal: options.signal },
  );
  if (enough) return;
  const bad = seen.servers.filter((server) => (server.state !== 'managed' && server.state !== 'managing') || server.normal !== true);
  const lines = [...bad.map(explain), ...explainWitness(seen.witness)];
  const first = bad[0]?.name ?? seen.witness?.name ?? '';
  const what = bad.length === 0 ? 'the witness does not answer' : 'not all servers are managed';
  throw new BrokenError(`${what} after ${Math.round(limit_ms / 1000)} s\n${lines.join('\n')}`, {
    hint: `\`dbssctl log ${first}\` and \`dbssctl ring show\` say more; repair it, then run the same command again.`,
  });
}

async function statuses(client: AgentClient, servers: readonly string[]): Promise<readonly AgentStatus[]> {
  return Promise.all(
    servers.map(async (server) => {
      try {
        return await client.status(server);
      } catch (cause) {
        throw new BrokenError(`${server}: its agent does not answer, so nobody can tell whether the ring runs`, {
          cause,
          hint: `Look at \`systemctl status dbss-agent\` on ${server}, then run the same command again.`,
        });
      }
    }),
  );
}

async function waitUntilStopped(client: AgentClient, servers: readonly string[], signal: AbortSignal): Promise<void> {
  const { seen, enough } = await pollUntil(
    async () => (await statuses(client, servers)).filter((status) => status.executor === 'running').map((status) => status.server),
    (running) => running.length === 0,
    { limit_ms: EXECUTOR_LIMIT_MS, every_ms: EVERY_MS, signal },
  );
  if (enough) return;
  throw new BrokenError(
    `${seen.join(', ')}: the management program still runs ${EXECUTOR_LIMIT_MS / 1000} s after its flag file was deleted`,
    {
      hint: `Restart the agent there (\`systemctl restart dbss-agent\`), then run the same command again.`,
    },
  );
}

function membersDiffer(inventory: Inventory, differences: readonly string[]): UserError {
  return new UserError(
    `the running ring is not the one of ${inventory.path}; its management files were left as they are\n${[...new Set(differences)].map((line) => `  ${line}`).join('\n')}`,
    {
      hint: 'To stop the ring and start it with the files of this inventory: the same command with --replace-files. Services go on running.',
    },
  );
}

function describe(view: RingView): string {
  const counts = new Map<string, number>();
  for (const server of view.servers) {
    const state = server.state === 'managed' && server.normal !== true ? 'managed, not yet found normal' : server.state;
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const witness = view.witness?.state === 'unreachable' ? [`witness ${view.witness.name} unreachable`] : [];
  return [...[...counts].map(([state, count]) => `${count} ${state}`), ...witness].join(', ');
}

function explainWitness(witness: WitnessView | null): readonly string[] {
  return witness?.state === 'unreachable' ? [`  ${witness.name}, the witness: ${witness.unreachable ?? witness.state}`] : [];
}

function explain(server: ServerView): string {
  const who = server.managedBy === null ? '' : `, managed by ${server.managedBy}${server.phase === null ? '' : ` (${server.phase})`}`;
  const abnormal =
    server.normal === false ? `, internal monitoring found ${server.abnormalServices.join(' ') || 'its network'} abnormal` : '';
  return `  ${server.name}: ${server.state}${who}${abnormal}${server.unreachable === null ? '' : `: ${server.unreachable}`}`;
}
