import type { Context } from '../context.ts';
import { parseGroup } from '../management-files/group.ts';
import { staleServers } from '../monitoring/heartbeat-ages.ts';
import { type AnswerOrReason, askServer } from './ask.ts';
import type { DbssState, ProblemKind } from './dbss-state.ts';

/** So many other servers are asked what the target looks like from there. */
const MOST_ASKED = 3;

/**
 * Beside the reexamination, ask other servers, and the target itself, how the target looks from there: what this server cannot reach may be well. Servers
 * whose heartbeat is missing are not asked, so that the verdict does not wait for the dead.
 */
export function askOpinions(context: Context, dbss: DbssState, problem: ProblemKind): void {
  const { files, configuration } = context.state;
  const { network_examination_ms, service_examination_ms, answer_ms } = configuration.timing;
  const stale = staleServers(context);
  const others = parseGroup(files?.group ?? '')
    .map(({ server }) => server)
    .filter((server) => server !== context.self && server !== dbss.target && !stale.has(server))
    .slice(0, MOST_ASKED);
  // A target whose service failed cannot say how clients see it; one whose network is in doubt can say that it reaches the gateway.
  const asked = problem === 'network' ? [...others, dbss.target] : others;
  dbss.opinions = { outstanding: asked, normalFor: undefined };
  dbss.isTargetSilent = false;
  if (problem === 'network') {
    const timeout_ms = network_examination_ms / 2;
    askServer(context, dbss, { to: dbss.target, message: { kind: 'state' }, asked: 'target-state', timeout_ms });
  }
  const examination_ms = problem === 'network' ? network_examination_ms : service_examination_ms;
  for (const to of asked) {
    // The others begin when this server does and need a moment for the way; a dead target must not make the verdict later.
    const timeout_ms = to === dbss.target ? examination_ms : examination_ms + answer_ms / 2;
    const message = { kind: 'examine', target: dbss.target, what: problem } as const;
    context.call(to, message, timeout_ms, { for: 'dbss', name: dbss.name, serial: dbss.serial, asked: 'opinion', subject: to });
  }
}

export function opinionCame(dbss: DbssState, server: string, answer: AnswerOrReason): void {
  if (!dbss.opinions.outstanding.includes(server)) return;
  dbss.opinions.outstanding = dbss.opinions.outstanding.filter((other) => other !== server);
  if (typeof answer !== 'string' && answer.kind === 'examined' && answer.normal) dbss.opinions.normalFor ??= server;
}
