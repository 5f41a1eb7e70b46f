import { existsSync } from 'node:fs';
import path from 'node:path';
import { AgentClient } from '../deploy/agent-client.ts';
import { deploy } from '../deploy/deploy.ts';
import { DeployProgress } from '../deploy/deploy-progress.ts';
import { generate } from '../generate/generate.ts';
import { buildImage } from '../image/build-image.ts';
import { rememberInventory } from '../inventory/find-inventory.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { cacheDirectory, statePaths } from '../inventory/state-paths.ts';
import { labUp } from '../lab/lab-up.ts';
import { installFirstVoters } from './first-voters.ts';
import { linkOriginalServer } from './link-original-server.ts';
import { readBootstrapRecord, writeBootstrapRecord } from './bootstrap-record.ts';
import { lookAtMachine, requirePreflight } from './preflight.ts';
import { prepareRecordedStandbys } from './recorded-standbys.ts';
import { startRing, waitUntilManaged } from './start-ring.ts';
import type { Step } from './steps.ts';

export interface BootstrapOptions {
  readonly signal: AbortSignal;
  /** Stop a running ring whose members differ from the inventory's and start it anew with the generated files. */
  readonly replaceFiles: boolean;
}

/** What a bootstrap came to. Filled in while its steps run. */
export interface BootstrapResult {
  inventory: string;
  cluster: string;
  servers: readonly string[];
  /** Tasks of Ansible that changed something. */
  changed: number;
  duration_s: number;
}

/**
 * The steps from an inventory to a ring in which every server is managed. Each looks what is there already, so that a second bootstrap,
 * or one after an interruption, does only what is missing.
 *
 * @param inventory checked
 * @returns the steps, and the result that they fill in
 */
export function bootstrapSteps(
  inventory: Inventory,
  options: BootstrapOptions,
): { readonly steps: readonly Step[]; readonly result: BootstrapResult } {
  const paths = statePaths(inventory.path);
  const { signal } = options;
  const servers = inventory.servers.map((server) => server.name);
  const result: BootstrapResult = { inventory: inventory.path, cluster: inventory.cluster, servers, changed: 0, duration_s: 0 };
  const start = performance.now();
  const client = new AgentClient(paths.sshConfig);

  const steps: Step[] = [
    {
      title: 'Check this machine',
      run: async () => {
        requirePreflight(
          inventory,
          await lookAtMachine(inventory, cacheDirectory()),
          existsSync(path.join(paths.originalServer, 'image.json')),
        );
        return 'it has what is needed';
      },
    },
    {
      title: 'Generate keys and files',
      run: async () => {
        const report = await generate(inventory);
        const changed = report.changed.length + report.removed.length + report.keys.length;
        return [changed === 0 ? 'nothing changed' : `${changed} files changed`, ...report.advice].join('; ');
      },
    },
  ];
  if (inventory.lab !== undefined) {
    steps.push({
      title: 'Start the lab',
      run: async (report) => {
        const { started } = await labUp(inventory, { signal, progress: (step, detail) => report(`${step}: ${detail}`) });
        return started.length === 0 ? 'it runs already' : `started ${started.join(', ')}`;
      },
    });
  }
  steps.push(
    {
      title: 'Build the original server',
      run: async (report) => {
        const { directory, rebuilt } = await buildImage({
          standbyMemory_mb: inventory.standby.memory_mb,
          cacheDirectory: cacheDirectory(),
          progress: report,
          signal,
        });
        await linkOriginalServer(paths.originalServer, directory);
        return rebuilt ? 'built' : 'nothing changed';
      },
    },
    {
      title: 'Deploy to the servers',
      run: async (report) => {
        const progress = new DeployProgress();
        const { changed } = await deploy(inventory, {
          prepared: true,
          signal,
          onEvent: (event) => {
            const line = progress.next(event);
            if (line !== undefined) report(line);
          },
        });
        result.changed = changed;
        return `changed=${changed}`;
      },
    },
    {
      title: 'Prepare the standbys',
      run: async (report) => {
        const ready = await prepareRecordedStandbys(client, { paths, servers, signal, onProgress: report });
        return `${ready.length} of ${servers.length} suspended`;
      },
    },
    {
      title: 'Give the voters their first configuration',
      run: () => installFirstVoters(inventory, client, { signal }),
    },
    {
      title: 'Send management files and flag',
      run: () => startRing(inventory, client, options),
    },
    {
      title: 'Wait until every server is managed',
      run: async (report) => {
        await waitUntilManaged(inventory, client, { signal, onProgress: report });
        client.close();
        await rememberInventory(inventory.path);
        const record = await readBootstrapRecord(paths.bootstrap);
        await writeBootstrapRecord(paths.bootstrap, { ...record, finished: new Date().toISOString() });
        result.duration_s = Math.round((performance.now() - start) / 100) / 10;
        return `${servers.length} servers managed${inventory.witness === undefined ? '' : `, witness ${inventory.witness.name} reachable`}`;
      },
    },
  );
  return { steps, result };
}
