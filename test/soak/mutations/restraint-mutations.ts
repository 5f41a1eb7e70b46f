import { cause } from '../../../cli/src/simulator/cause.ts';
import type { Mutation } from '../../mutations/mutation.ts';
import { FIGURE_10 } from '../../simulation/section-4/scenario-of.ts';
import { onStage } from './ring-trials.ts';
import type { Stage } from './stage.ts';

/** The service of s2 stops so many times, each time when it has had the time to be returned. */
function flap(stage: Stage, times: number): void {
  for (let time = 0; time < times; time += 1) {
    stage.world.stopDaemon('s2');
    stage.run(120_000);
  }
}

/** Rules of restraint: what a ring does not do although something looks wrong. */
export const RESTRAINT_MUTATIONS: readonly Mutation[] = [
  {
    rule: 'Restraint: others are asked before a verdict, and the suspect can refute it',
    patches: [
      {
        file: 'dbss/second-opinion.ts',
        find: "const asked = problem === 'network' ? [...others, dbss.target] : others;",
        replace: 'const asked = others.slice(others.length);',
      },
    ],
    trial: onStage({ names: FIGURE_10 }, (stage) => {
      stage.world.faults.blind.add(`s1 ${stage.world.vipOf('s2')}`);
      stage.run(30_000);
    }),
  },
  {
    rule: 'Restraint: a manager that is cut off suspects itself',
    patches: [
      {
        file: 'dbss/external-monitoring.ts',
        find: 'dbss.ownNetwork = { outstanding: addresses.length, answers: false };',
        replace: 'dbss.ownNetwork = { outstanding: addresses.length, answers: true };',
      },
    ],
    trial: onStage({ names: FIGURE_10, exempt: [4] }, (stage) => {
      // Nobody can tell it otherwise.
      stage.world.faults.loseMessages((from, _, { kind }) => from === 's1' && kind === 'examine', 1000);
      // It looks before the others look at it.
      stage.world.host('s1').clock.skew_ms = 3000;
      stage.run(10_000);
      stage.world.link('s1', 'service', false);
      stage.run(30_000);
    }),
  },
  {
    rule: 'Restraint: nothing is taken over while the shared storage hangs',
    patches: [
      {
        file: 'dbss/external-monitoring.ts',
        find: 'dbss.storage.outstanding = false;\n  dbss.storage.problem = failure;',
        replace: 'dbss.storage.outstanding = false;\n  dbss.storage.problem = undefined;',
      },
    ],
    // No heartbeat is written: every server looks at all others meanwhile.
    trial: onStage({ names: FIGURE_10, storage: true, exempt: [3] }, (stage) => {
      stage.world.faults.storageHangs = true;
      stage.run(60_000);
      stage.expect(stage.count('creation started') === 0, 'nothing is taken over', 'virtual servers were created');
      stage.world.faults.storageHangs = false;
      stage.untilReturned();
    }),
  },
  {
    rule: 'Restraint: more than half looking dead at once is held',
    patches: [{ file: 'dbss/mass-failure.ts', find: '  return mass;\n', replace: '  return false;\n' }],
    trial: onStage({ names: FIGURE_10, exempt: [4] }, (stage) => {
      for (const name of FIGURE_10.slice(0, 4)) stage.world.plug(name);
      stage.run(60_000);
      stage.expect(
        stage.count('creation started') === 0,
        'nothing is taken over when four of six look dead',
        'virtual servers were created',
      );
    }),
  },
  {
    rule: 'Restraint: a target that flaps is held back',
    patches: [
      { file: 'recovery/flap-damping.ts', find: 'return beyond < 0 ? 0 : Math.min(', replace: 'return beyond < 1000 ? 0 : Math.min(' },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      flap(stage, 4);
      const returns = stage.count('Target server recovered');
      stage.expect(returns === 3, 'three returns in half an hour', `there were ${String(returns)}`);
    }),
  },
  {
    rule: 'Restraint: a target that was started too often is left alone',
    patches: [
      {
        file: 'recovery/flap-damping.ts',
        find: '.starts_mono_ms.length >= STARTS_ALLOWED;',
        replace: '.starts_mono_ms.length >= 1000 * STARTS_ALLOWED;',
      },
    ],
    trial: onStage({ names: FIGURE_10 }, (stage) => {
      for (const name of FIGURE_10) stage.world.host(name).hypervisorFaults.add('resume');
      flap(stage, 8);
      const { length } = stage.world.restarted;
      stage.expect(length === 5, 'five restarts in half an hour', `there were ${String(length)}`);
    }),
  },
  {
    rule: 'Restraint: what is asked of a target is repeated ever more rarely',
    patches: [
      {
        file: 'recovery/recovery-job.ts',
        find: 'return rounds % REPEAT_AFTER_ROUNDS === 0 && Number.isInteger(Math.log2(rounds / REPEAT_AFTER_ROUNDS));',
        replace: 'return rounds > 0;',
      },
    ],
    trial: onStage({ names: FIGURE_10 }, (stage) => {
      stage.world.host('s2').starts_when_asked = false;
      stage.world.plug('s2');
      stage.run(200_000);
      const packets = stage.count('magic packet for s2');
      stage.expect(packets <= 5, 'a target that does not start gets at most five magic packets', `it got ${String(packets)}`);
    }),
  },
  {
    rule: 'Restraint: a target that cannot take its address back is returned ever more rarely',
    patches: [
      {
        file: 'dbss/return-to-normal.ts',
        find: 'const pause_ms = restart_wait_ms * Math.min(2 ** dbss.failedReturns, LONGEST_PAUSE_RESTART_WAITS);',
        replace: 'const pause_ms = 0 * restart_wait_ms * LONGEST_PAUSE_RESTART_WAITS;',
      },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6', exempt: [4] }, (stage) => {
      const { world } = stage;
      world.stopDaemon('s2');
      stage.run(15_000);
      world.host('s2').stuckAddresses.add(world.vipOf('s2'));
      let without_s = 0;
      for (let second = 0; second < 3600; second += 1) {
        stage.run(1000);
        if (stage.holder('s2') === '') without_s += 1;
      }
      stage.expect(
        without_s < 60,
        'its clients are without service for less than a minute an hour',
        `they were for ${String(without_s)} s`,
      );
    }),
  },
  {
    rule: 'Restraint: a server that most others call separated steps down',
    patches: [
      {
        file: 'executor/step-down.ts',
        find: 'const isAlone = denied.length * 2 > others.length || givesIn(context, members, strangers);',
        replace: 'const isAlone = givesIn(context, members, strangers);',
      },
    ],
    trial: onStage({ names: FIGURE_10, exempt: [1] }, (stage) => {
      // Else who watches it restarts it.
      stage.world.faults.loseMessages((_, __, { kind }) => kind === 'restart', 1000);
      stage.world.freeze('s2');
      stage.run(400_000);
      stage.world.thaw('s2');
      stage.untilReturned();
    }),
  },
  {
    rule: 'Restraint: of two halves that separated each other one steps down',
    patches: [
      {
        file: 'executor/step-down.ts',
        find: 'return first !== undefined && strangers.includes(first.name);',
        replace: 'return first === undefined;',
      },
    ],
    trial: onStage({ names: ['s1', 's2'], exempt: [1, 5] }, (stage) => {
      stage.world.faults.loseMessages((_, __, { kind }) => kind === 'restart', 1000);
      stage.world.switch('sem', false);
      cause(stage.world, { kind: 'partition', server: 's1', other: 's2', network: 'service', for_ms: 125_000 });
      stage.run(14_000);
      stage.world.switch('sem', true);
      stage.run(112_000);
      stage.untilReturned();
    }),
  },
  {
    rule: 'Restraint: a verdict that comes late is not acted on',
    patches: [
      {
        file: 'dbss/verdict.ts',
        find: 'if (!examineIfLate(context, dbss, data)) startRecovery(context, dbss, data);',
        replace: 'startRecovery(context, dbss, data);',
      },
    ],
    trial: onStage({ names: FIGURE_10 }, (stage) => {
      stage.world.link('s2', 'service', false);
      while (stage.count('DBSS_s2_s1 Network problem detected') === 0) stage.run(100);
      stage.world.freeze('s1');
      stage.run(2500);
      stage.world.link('s2', 'service', true);
      stage.run(9000);
      stage.world.thaw('s1');
      stage.run(30_000);
    }),
  },
  {
    rule: 'Restraint: a virtual server is prepared only by the target’s own manager',
    patches: [
      {
        file: 'dbss/preparation.ts',
        find: '  if (record === undefined || firstManagerOf(context.state.configuration, group, record) !== context.self) return;\n',
        replace: '  if (record === undefined || firstManagerOf(context.state.configuration, group, record) === undefined) return;\n',
      },
    ],
    trial: onStage({ names: FIGURE_10, host: 's6' }, (stage) => {
      stage.world.faults.loseMessages((from, to, { kind }) => from === 's2' && to === 's1' && kind === 'heartbeat', 1);
      stage.world.plug('s3');
      stage.run(30_000);
      const holder = stage.holder('s3');
      stage.expect(holder === 's3b@s6', 'what S2 prepares on S6 is left to it', `${holder || 'nobody'} answers`);
    }),
  },
];
