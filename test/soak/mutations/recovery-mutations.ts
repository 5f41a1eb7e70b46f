import { cause } from '../../../cli/src/simulator/cause.ts';
import type { Mutation } from '../../mutations/mutation.ts';
import { at, FIGURE_10, plug, scenarioOf, stopped } from '../../simulation/section-4/scenario-of.ts';
import { inScenario, inSoak, onStage } from './ring-trials.ts';

/** Rules of recovery: hosts, virtual servers, standbys (§3.3, §4.2). */
export const RECOVERY_MUTATIONS: readonly Mutation[] = [
  {
    rule: 'A host that failed is not chosen again in the same recovery',
    patches: [{ file: 'dbss/host-selection.ts', find: '  dbss.failedHosts.names.push(host);\n', replace: '' }],
    trial: inScenario(scenarioOf([at(0, { kind: 'hypervisor', server: 's6', how: 'resume', for_ms: 300_000 }), plug('s2')])),
  },
  {
    rule: 'Hosts that all failed are left out for longer each time',
    patches: [{ file: 'dbss/host-pause.ts', find: 'interval_ms * 2 ** failedHosts.exhausted', replace: 'interval_ms' }],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      for (const { hypervisorFaults } of stage.world.hosts.values()) hypervisorFaults.add('resume');
      stage.world.host('s2').starts_when_asked = false;
      stage.world.plug('s2');
      stage.run(600_000);
      const tries = stage.world.transcript.filter((line) => line.includes('creation started: s2b@')).length;
      stage.expect(tries <= 40, 'in ten minutes no host tries often', `${String(tries)} creations began`);
    }),
  },
  {
    rule: 'The server with the largest selection value creates the virtual server',
    patches: [
      {
        file: 'load/selection.ts',
        find: 'selectionValue(b, weights) - selectionValue(a, weights)',
        replace: 'selectionValue(a, weights) - selectionValue(b, weights)',
      },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      stage.world.plug('s2');
      stage.run(20_000);
      const holder = stage.holder('s2');
      stage.expect(holder === 's2b@s6', 'S6, which has the most room, is the host', `${holder || 'nobody'} answers`);
    }),
  },
  {
    rule: 'Predicted loads are clamped to what there is (§3.3)',
    patches: [
      {
        file: 'load/prediction.ts',
        find: 'Math.min(Math.max(2 * now - before, 0), limit);',
        replace: '2 * now - before + 0 * limit;',
      },
    ],
    trial: onStage({ names: FIGURE_10 }, (stage) => {
      const { world } = stage;
      let growing_kb = 1_000_000;
      // s4 has all of its memory, and the more idle processors; what s5 has is growing, beyond all memory if it went on so.
      world.loadOf = (server) => ({
        available_memory_kb: server === 's4' ? 8_000_000 : server === 's5' ? growing_kb : 2_000_000,
        cpu_idle_percent: server === 's4' ? 390 : 380,
        network_kb_s: 10,
      });
      world.runToInterval(0);
      world.runToInterval(0);
      growing_kb = 7_000_000;
      stage.run(5000);
      world.plug('s2');
      stage.run(20_000);
      const holder = stage.holder('s2');
      stage.expect(holder === 's2b@s4', 'S4 is the host', `${holder || 'nobody'} answers`);
    }),
  },
  {
    rule: 'A host that is out of the group has lost its virtual server',
    patches: [
      {
        file: 'dbss/host-loss.ts',
        find: "if (dbss.phase === 'creating' || dbss.phase === 'addressing' || dbss.phase === 'waiting') hostLost(context, dbss, dbss.host);",
        replace: "if (dbss.phase === 'monitoring') hostLost(context, dbss, dbss.host);",
      },
    ],
    trial: inScenario(scenarioOf([plug('s2', 0, 200_000), plug('s6', 20_000)])),
  },
  {
    rule: 'A virtual server is monitored',
    patches: [
      { file: 'dbss/virtual-server-monitoring.ts', find: "    if (stage === 'idle') examine(context, dbss, 'examining');\n", replace: '' },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      stage.world.host('s2').starts_when_asked = false;
      stage.world.plug('s2');
      stage.run(22_000);
      // The guest ends by itself.
      stage.world.host('s6').standby.addresses.clear();
      stage.world.changed();
      stage.run(60_000);
    }),
  },
  {
    rule: 'A virtual server is not taken for dead because its manager is cut off',
    patches: [
      {
        file: 'dbss/virtual-server-monitoring.ts',
        find: '  if (reachable && isWatched(dbss)) context.setTimer(',
        replace: '  if (isWatched(dbss)) context.setTimer(',
      },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6', exempt: [4] }, (stage) => {
      const { world } = stage;
      world.host('s2').starts_when_asked = false;
      world.plug('s2');
      stage.run(25_000);
      cause(world, { kind: 'partition', server: 's1', other: 's6', network: 'service', for_ms: 60_000 });
      stage.run(60_000);
      stage.expect(stage.count('does not serve') === 0, 'a virtual server that serves goes on', 'it was discarded');
    }),
  },
  {
    rule: 'A standby that was used is reset',
    patches: [
      {
        file: 'recovery/virtual-server.ts',
        find: '  context.log(logLines.virtualServerDiscarded(virtualServerName(target)));\n  resetStandby(context);\n',
        replace: "  Object.assign(context.state.virtualServer, { state: 'suspended', target: undefined });\n",
      },
    ],
    trial: inSoak('single', 200),
  },
  {
    rule: 'A virtual server that nobody needs is discarded',
    patches: [
      {
        file: 'recovery/standby-reset.ts',
        find: '  context.log(logLines.virtualServerUnneeded(virtualServerName(target)));\n  resetStandby(context);\n',
        replace: '',
      },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      stage.world.faults.loseMessages((_, __, { kind }) => kind === 'discard-virtual-server', 20);
      stage.world.stopDaemon('s2');
      stage.run(100_000);
      stage.untilReturned();
    }),
  },
  {
    rule: 'A standby that could not be made is made later',
    patches: [
      {
        file: 'recovery/standby-reset.ts',
        find: "    context.setTimer('standby', context.state.configuration.timing.restart_wait_ms);\n",
        replace: '',
      },
    ],
    trial: inScenario(scenarioOf([stopped('s2'), at(15_000, { kind: 'disk', server: 's6', for_ms: 100_000 })])),
  },
  {
    rule: 'Without a host one is looked for again',
    patches: [
      {
        file: 'dbss/host-selection.ts',
        find: '  context.setTimer(`create:${dbss.name}`, context.state.configuration.timing.interval_ms);\n',
        replace: '',
      },
    ],
    trial: onStage({ names: FIGURE_10 }, (stage) => {
      const { world } = stage;
      for (const name of FIGURE_10) world.host(name).hypervisorFaults.add('resume');
      world.host('s2').starts_when_asked = false;
      world.plug('s2');
      stage.run(30_000);
      for (const name of FIGURE_10) world.host(name).hypervisorFaults.clear();
      world.disturbed('hypervisor');
      // Those that failed are tried again after at most as long as they have failed.
      stage.run(90_000);
    }),
  },
  {
    rule: 'A target that restarted by itself is not restarted once more',
    patches: [
      {
        file: 'recovery/recovery-job.ts',
        find: "  if (answer?.kind !== 'state' || answer.executor !== 'waiting-for-files') {\n    askRestart",
        replace: "  if (answer?.kind !== 'done') {\n    askRestart",
      },
    ],
    trial: onStage({ names: FIGURE_10 }, (stage) => {
      // Else it is given its files before it is found to have failed.
      stage.world.faults.loseMessages((_, __, { kind }) => kind === 'hello', 1000);
      stage.world.restart('s2', 0, 300);
      stage.run(200_000);
      const { restarted } = stage.world;
      stage.expect(restarted.length === 1, 'one restart', `there were ${String(restarted.length)}`);
    }),
  },
  {
    rule: 'A start by Wake-on-LAN that came to nothing is tried again',
    patches: [
      {
        file: 'recovery/recovery-job.ts',
        find: "if (data !== undefined && job.phase === 'waking' && isRepeatRound(job)) wake(context, dbss, job, data);",
        replace: '',
      },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      stage.world.faults.magicPacketsLost = 1;
      stage.world.plug('s2');
      stage.run(130_000);
      stage.untilReturned();
    }),
  },
];
