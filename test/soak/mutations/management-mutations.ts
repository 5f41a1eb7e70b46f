import { cause } from '../../../cli/src/simulator/cause.ts';
import type { Mutation } from '../../mutations/mutation.ts';
import { at, FIGURE_10, plug, scenarioOf } from '../../simulation/section-4/scenario-of.ts';
import { SCENARIOS } from '../../simulation/section-4/scenarios.ts';
import { inScenario, inSoak, onStage } from './ring-trials.ts';

const FIGURE_11 = SCENARIOS.find(({ name }) => name === 'fig-11a-11b')?.scenario ?? scenarioOf([]);
const EIGHT = ['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8'];

/** Rules of who manages whom (§4.1, §4.2). */
export const MANAGEMENT_MUTATIONS: readonly Mutation[] = [
  {
    rule: 'Dual monitoring: only a server that finds itself normal writes its heartbeat',
    patches: [
      {
        file: 'monitoring/internal-monitoring.ts',
        find: '  if (normal) shareHeartbeat(',
        replace: '  if (normal || !normal) shareHeartbeat(',
      },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      stage.world.link('s2', 'service', false);
      stage.world.plug('s3');
      stage.run(12_000);
      const holder = stage.holder('s3');
      stage.expect(
        holder.startsWith('s3b@'),
        'S3 behind a server that is cut off is recovered in the same interval',
        `${holder || 'nobody'} answers`,
      );
    }),
  },
  {
    rule: 'Dynamic management extension: the target of a server whose heartbeat is missing is examined too',
    patches: [{ file: 'monitoring/dual-monitoring.ts', find: 'if (!stale.has(server)) break;', replace: 'break;' }],
    trial: inScenario(scenarioOf([plug('s2'), plug('s3'), plug('s4'), plug('s5')], ['s6', 's7', 's8'], EIGHT)),
  },
  {
    rule: 'Dynamic management extension: a target is left to a manager that is well',
    patches: [
      {
        file: 'dbss/verdict.ts',
        find: 'data !== undefined && manager === undefined && isMember(context, dbss.target) &&',
        replace: 'data !== undefined && isMember(context, dbss.target) &&',
      },
    ],
    trial: onStage({ names: FIGURE_10 }, (stage) => {
      stage.world.faults.loseMessages((from, to, { kind }) => from === 's2' && to === 's1' && kind === 'heartbeat', 1);
      stage.world.plug('s3');
      stage.run(30_000);
      const started = stage.count('recovery job started');
      stage.expect(started === 1, 'one manager recovers S3', `${String(started)} do`);
    }),
  },
  {
    rule: 'Automatic connection selection: a DBSS whose target another server manages ends',
    patches: [
      {
        file: 'dbss/connection-selection.ts',
        find: "if (dbss.phase !== 'monitoring' || kept.has(dbss.target)) continue;",
        replace: 'if (kept.size >= 0) continue;',
      },
    ],
    trial: inScenario(FIGURE_11),
  },
  {
    rule: 'A heartbeat’s age is counted on the clock of the server that takes it',
    patches: [
      {
        file: 'sem/heartbeats.ts',
        find: '  heartbeatSeen(context, from);\n',
        replace: '  context.state.heartbeats[from] = context.now.mono_ms - Math.max(0, context.now.unix_ms - record.unix_s * 1000);\n',
      },
    ],
    trial: inSoak('single', 1000),
  },
  {
    rule: 'A recovery whose server is out of the group is taken over',
    patches: [
      {
        file: 'dbss/orphaned-recoveries.ts',
        find: 'if (recovererOf(context, record) === context.self && editorOf(context, record.server) !== context.self) takeUp(context, record);',
        replace: '',
      },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      stage.world.plug('s2');
      stage.run(9500);
      stage.world.host('s1').starts_when_asked = false;
      stage.world.plug('s1');
      stage.run(150_000);
      // Who only watches s2 does not wake it.
      stage.expect(stage.world.network.servedBy('s2') === 's2', 's2 is back', 'it is not');
    }),
  },
  {
    rule: 'A recovery that another server has taken up is left to it',
    patches: [{ file: 'dbss/orphaned-recoveries.ts', find: '    leave(context, dbss, editor);\n', replace: '' }],
    trial: onStage({ names: FIGURE_10, host: 's6', exempt: [1] }, (stage) => {
      // s6 does not hear s1, and takes it for a manager that is away.
      cause(stage.world, { kind: 'partition', server: 's1', other: 's6', network: 'sem', for_ms: 100_000 });
      stage.run(20_000);
      stage.world.plug('s2');
      stage.run(40_000);
      const recovering = stage.world.names.filter((name) =>
        Object.values(stage.world.host(name).state.dbss).some(({ target }) => target === 's2'),
      );
      stage.expect(recovering.length === 1, 'one server recovers S2 in the end', `${recovering.join(' and ')} do`);
    }),
  },
  {
    rule: 'A recovery goes on when its agent starts again',
    patches: [
      {
        file: 'dbss/orphaned-recoveries.ts',
        find: '    if (recovererOf(context, record) === context.self) takeUp(context, record);\n  }\n}\n\n/** Recover',
        replace: '  }\n}\n\n/** Recover',
      },
    ],
    trial: inScenario(scenarioOf([plug('s2'), at(9500, { kind: 'agent', server: 's1', for_ms: 1500 })])),
  },
  {
    rule: 'A server that was given up is watched, and returned when it is back',
    patches: [
      {
        file: 'recovery/forgotten-servers.ts',
        find: 'if (state.dbss[dbssName(server, context.self)] === undefined) watchGivenUp(context, server);',
        replace: 'void server;',
      },
    ],
    trial: inScenario(scenarioOf([plug('s2', 0, 600_000)])),
  },
  {
    rule: 'A returned target whose files did not come gets them when it says hello',
    patches: [
      {
        file: 'recovery/forgotten-servers.ts',
        find: '      finishReturn(context, server);\n',
        replace: '',
      },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      stage.world.faults.loseMessages((_, __, { kind }, part) => kind === 'install-files' && part === 'request', 3);
      stage.world.stopDaemon('s2');
      stage.run(60_000);
      stage.untilReturned();
    }),
  },
  {
    rule: 'A service is examined again after a pause',
    patches: [
      {
        file: 'dbss/external-monitoring.ts',
        find: 'context.setTimer(`reexamine:${dbss.name}`, context.state.configuration.timing.poll_ms);',
        replace: 'context.setTimer(`reexamine:${dbss.name}`, 0);',
      },
    ],
    trial: onStage({ names: FIGURE_10 }, (stage) => {
      const { world } = stage;
      world.runToInterval(-100);
      world.stopDaemon('s2');
      world.at(900, () => world.startDaemon('s2'));
      stage.run(60_000);
      const created = stage.count('creation started');
      stage.expect(created === 0, 'a daemon that is restarted within a second is left alone', 'its server was taken over');
    }),
  },
  {
    rule: 'A network is examined twice before a verdict',
    patches: [
      {
        file: 'dbss/external-monitoring.ts',
        find: "    if (dbss.phase === 'examining') return detected(context, dbss, data, 'network');\n    return judge(context, dbss, 'network');\n",
        replace:
          "    if (dbss.phase === 'examining') detected(context, dbss, data, 'network');\n    Object.assign(dbss, { phase: 'reexamining', ownNetwork: { outstanding: 0, answers: true }, opinions: { outstanding: [], normalFor: undefined } });\n    return judge(context, dbss, 'network');\n",
      },
    ],
    trial: inScenario(scenarioOf([at(20_000, { kind: 'ping', server: 's1' })])),
  },
];
