import type { Edit } from '@dbss/agent/protocol/sem/messages.ts';
import type { Mutation } from '../../mutations/mutation.ts';
import { at, plug, scenarioOf } from '../../simulation/section-4/scenario-of.ts';
import { SCENARIOS } from '../../simulation/section-4/scenarios.ts';
import { inScenario, inSoak, onStage } from './ring-trials.ts';
import type { Stage } from './stage.ts';

const FIVE = ['a', 'b', 'c', 'd', 'e'];
const POWER_CUT = SCENARIOS.find(({ name }) => name === 'power-cut')?.scenario ?? scenarioOf([]);

/** c does not hear that b was separated and where its virtual server is, and the editor forgets that c has not. */
function forgottenEdit(stage: Stage): void {
  const { world } = stage;
  let lost = true;
  world.faults.loseMessages((from, to, { kind }) => lost && from === 'a' && to === 'c' && kind === 'edit', 1000);
  world.host('b').starts_when_asked = false;
  world.plug('b');
  stage.run(12_000);
  world.restartAgent('a');
  lost = false;
  stage.run(60_000);
}

/** The network delivers the edit that separated b to c once more, when b has long been back. */
function lateEdit(stage: Stage): void {
  const { world } = stage;
  const edits: Edit[] = [];
  world.watch = (server, effect) => {
    if (server === 'a' && effect.kind === 'call' && effect.to === 'c' && effect.message.kind === 'edit') edits.push(effect.message.edit);
  };
  world.plug('b');
  stage.run(200_000);
  const [first] = edits;
  if (first === undefined) throw new Error('a has edited nothing');
  world.tell(world.host('c'), { kind: 'call', call: 'repeated:late', from: 'a', request: { kind: 'edit', edit: first } });
  const separation = world.files('c')?.separation ?? '';
  stage.expect(
    separation === '',
    'an old edit that comes late changes nothing',
    `the separation file of c is ${JSON.stringify(separation)}`,
  );
  stage.untilReturned();
}

function cutAll({ world }: Stage, but: readonly string[] = []): void {
  for (const name of world.names) if (!but.includes(name)) world.plug(name);
  world.run(5000);
}

function returnAll({ world }: Stage, names: readonly string[], apart_ms: number): void {
  for (const name of names) {
    world.powerOn(name);
    world.run(apart_ms);
  }
}

/** Rules of the synchronous editing method, and of the copies from which a ring starts again. */
export const SEM_MUTATIONS: readonly Mutation[] = [
  {
    rule: 'SEM: of two versions the newer one counts, whatever came last',
    patches: [
      {
        file: 'sem/shared-records.ts',
        find: 'if (one.epoch !== other.epoch) return one.epoch > other.epoch;',
        replace: 'if (one.epoch !== other.epoch) return true;',
      },
    ],
    trial: onStage({ names: FIVE, host: 'e' }, lateEdit),
  },
  {
    rule: 'SEM: an edit that comes twice counts once',
    patches: [
      {
        file: 'sem/shared-records.ts',
        find: '  if (newer.length === 0) return known;\n',
        replace: `  const twice = coming.filter((record) => record.epoch > 0 && known[keyOf(record)]?.epoch === record.epoch && known[keyOf(record)]?.editor === record.editor);
  if (twice.length > 0) return Object.assign(emptyRecord(), known, Object.fromEntries(twice.map((record) => [keyOf(record) + ' again', record])));
  if (newer.length === 0) return known;
`,
      },
    ],
    trial: inScenario(
      scenarioOf([at(0, { kind: 'messages', disturbance: { loss: 0, duplication: 0.5, delay_ms: 0 }, for_ms: 100_000 }), plug('s2')]),
    ),
  },
  {
    rule: 'SEM: a heartbeat’s digest is compared',
    patches: [{ file: 'sem/exchange.ts', find: '  if (digest === sem.digest) {\n', replace: '  if (digest !== undefined) {\n' }],
    trial: onStage({ names: FIVE, host: 'e' }, forgottenEdit),
  },
  {
    rule: 'SEM: records that differ are exchanged',
    patches: [
      {
        file: 'sem/exchange.ts',
        find: "  context.call(server, message, configuration.timing.answer_ms, { for: 'exchange', with: server });\n",
        replace: '',
      },
    ],
    trial: onStage({ names: FIVE, host: 'e' }, forgottenEdit),
  },
  {
    rule: 'SEM: an edit is sent until it is taken',
    patches: [
      {
        file: 'sem/outbox.ts',
        find: '    context.setTimer(`edit:${to}`, context.state.configuration.timing.poll_ms);\n',
        replace: '    queue.shift();\n    sendFirst(context, to);\n',
      },
    ],
    trial: inSoak('single', 300),
    harmless:
      'What was not taken is in the digest of the next heartbeat, and all records are exchanged a second later: within two intervals.',
  },
  {
    rule: 'SEM: a separated server edits nothing',
    patches: [
      {
        file: 'sem/outbox.ts',
        find: "  if (!isMember(context, from)) return { kind: 'separated' };\n",
        replace: '',
      },
    ],
    trial: onStage({ names: FIVE, host: 'e' }, (stage) => {
      const { world } = stage;
      world.host('b').starts_when_asked = false;
      world.stopDaemon('b');
      stage.run(20_000);
      // What b edited last, at the moment when it was separated, was long on its way.
      const edit: Edit = { editor: 'b', epoch: 100, diff: 'group,Del,3 c c.dat\nseparation,Add,3 c c.dat\n' };
      world.tell(world.host('e'), { kind: 'call', call: 'repeated:late', from: 'b', request: { kind: 'edit', edit } });
      const separation = world.files('e')?.separation ?? '';
      stage.expect(
        separation === '2 b b.dat\n',
        'what b edits is heard by nobody',
        `the separation file of e is ${JSON.stringify(separation)}`,
      );
    }),
  },
  {
    rule: 'The files in force are copied to disk with each edit',
    patches: [
      {
        file: 'sem/local-copy.ts',
        find: "  if (files !== undefined) context.emit({ kind: 'write-copy', content: formatCopy(files, sem.records) });\n",
        replace: '',
      },
    ],
    trial: inScenario(POWER_CUT),
  },
  {
    rule: 'Of several copies the newest one counts at a restart',
    patches: [
      {
        file: 'executor/restart-ring.ts',
        find: 'return epoch === otherEpoch ? other < server : epoch < otherEpoch;',
        replace: 'return epoch === otherEpoch ? other < server : epoch > otherEpoch;',
      },
    ],
    trial: onStage({ names: FIVE, host: 'e' }, (stage) => {
      const { world } = stage;
      world.host('b').starts_when_asked = false;
      let cut = true;
      world.faults.loseMessages((from, _, { kind }) => cut && from === 'a' && kind === 'edit', 1000);
      world.plug('b');
      stage.run(9100);
      cutAll(stage);
      cut = false;
      returnAll(stage, ['c', 'd', 'e', 'a'], 3000);
      stage.run(60_000);
      const starts = stage.transcript.find((line) => line.includes('The ring starts again')) ?? 'it does not start';
      stage.expect(/ a +The ring/u.test(starts), 'a, whose copy is the newest, starts the ring', `it was: ${starts}`);
    }),
  },
  {
    rule: 'A ring starts from its copies when more than half of the group is up',
    patches: [
      {
        file: 'executor/restart-ring.ts',
        find: 'if (presentOf(context, group).length * 2 <= group.length || someoneHasFiles(context)) {',
        replace: 'if (someoneHasFiles(context)) {',
      },
    ],
    trial: onStage({ names: FIVE }, (stage) => {
      for (const name of FIVE) stage.world.host(name).starts_when_asked = false;
      cutAll(stage);
      returnAll(stage, ['a', 'd'], 0);
      stage.run(300_000);
      const held = FIVE.filter((name) => stage.holder(name) !== '');
      stage.expect(held.length === 0, 'two of five claim nothing', `somebody answers for ${held.join(' and ')}`);
    }),
  },
  {
    rule: 'After a power cut an address at which somebody answers is left to it',
    patches: [
      { file: 'executor/restart-ring.ts', find: '  if (answers) {\n', replace: '  if (answers && context.self === undefined) {\n' },
    ],
    trial: onStage({ names: FIVE, host: 'e' }, (stage) => {
      const { world } = stage;
      const copies = new Map(FIVE.map((name) => [name, world.host(name).copy]));
      world.host('b').starts_when_asked = false;
      world.plug('b');
      stage.run(20_000);
      world.link('e', 'sem', false);
      cutAll(stage, ['e']);
      // As if the disks had kept nothing since before the failure: b is in the group.
      for (const name of ['a', 'b', 'c', 'd']) world.host(name).copy = copies.get(name);
      for (const name of ['a', 'b', 'c', 'd']) world.host(name).starts_when_asked = true;
      returnAll(stage, ['a', 'b', 'c', 'd'], 0);
      stage.run(100_000);
    }),
  },
  {
    rule: 'A ring that an operator stopped is not started by a power cut',
    patches: [{ file: 'sem/local-copy.ts', find: "  context.emit({ kind: 'write-copy', content: '' });\n", replace: '' }],
    trial: onStage({ names: FIVE }, (stage) => {
      for (const name of FIVE) stage.world.setFlag(name, false);
      cutAll(stage);
      returnAll(stage, FIVE, 0);
      stage.run(200_000);
      const running = FIVE.filter((name) => stage.world.host(name).state.executor.phase !== 'waiting-for-files');
      stage.expect(running.length === 0, 'all wait for files', `${running.join(' ')} run`);
    }),
  },
];
