import type { Mutation } from '../../mutations/mutation.ts';
import { at, scenarioOf } from '../../simulation/section-4/scenario-of.ts';
import { inScenario } from './ring-trials.ts';

const TWO = ['s1', 's2'];
const EDITED = at(0, { kind: 'configuration', server: 's1', works: 'everywhere' });

function outOfReach(for_ms: number): ReturnType<typeof inScenario> {
  return inScenario(scenarioOf([at(0, { kind: 'link', server: 's2', network: 'sem', for_ms }), EDITED], [], TWO));
}

/** Rules of captured installation procedure files (§3.1): at the end every server has the present one of each. */
export const PROCEDURE_MUTATIONS: readonly Mutation[] = [
  {
    rule: 'Procedures: who has captured tells all',
    patches: [
      {
        file: 'procedure/capture.ts',
        find: '  for (const to of otherMembers(context)) tellProcedures(context, to);\n',
        replace: '  if (context.self === undefined) for (const to of otherMembers(context)) tellProcedures(context, to);\n',
      },
    ],
    trial: inScenario(scenarioOf([EDITED])),
    harmless: 'The exchange in turn brings it to all a little later; the rule is for the time until then.',
  },
  {
    rule: 'Procedures: an exchange in turn makes up for what was missed',
    patches: [
      {
        file: 'procedure/procedures.ts',
        find: '  if (procedures.surveys % SURVEYS_BETWEEN_EXCHANGES === 0) exchangeInTurn',
        replace: '  if (procedures.surveys < 0) exchangeInTurn',
      },
    ],
    trial: outOfReach(60_000),
  },
  {
    rule: 'Procedures: the newer version counts',
    patches: [
      { file: 'procedure/procedure-stamp.ts', find: 'return one.epoch > (other?.epoch ?? -1);', replace: 'return other === undefined;' },
    ],
    trial: inScenario(scenarioOf([EDITED])),
  },
  {
    rule: 'Procedures: a changed configuration is captured without an order',
    patches: [
      {
        file: 'procedure/capture.ts',
        find: 'if (!stable || !rested || procedures.capturing) return;',
        replace: 'if (procedures.surveys > -1) return;',
      },
    ],
    trial: inScenario(scenarioOf([EDITED])),
  },
];
