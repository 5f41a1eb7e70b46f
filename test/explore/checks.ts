import type { History, World } from './world-state.ts';
import type { Facts, WorldModel } from './world.ts';

/** What must hold in every state, in true time. The name of the check that does not, with what was seen; `undefined`: all hold. */
export function violated(model: WorldModel, world: World, before: World): string | undefined {
  const facts = world.machines.map((number) => model.facts(number));
  const passing = facts.filter((one) => one.passes);
  if (passing.length > 1) return `one holder: the address passes on ${passing.map(({ name }) => name).join(' and ')}`;
  const history = model.histories.view(world.history);
  return (
    passing.map((holder) => oneWinner(holder, history) ?? (checksSupport(model) ? supported(holder, facts) : undefined)).find(Boolean) ??
    facts.map((one, index) => configurationsInOrder(one, model.facts(before.machines[index] ?? 0), history)).find(Boolean)
  );
}

/** While voters change, leases of two configurations may run, and both have their majority. */
function checksSupport({ scope }: WorldModel): boolean {
  return scope.wants === undefined && scope.unsupported !== true;
}

/** An epoch is won once. */
function oneWinner({ holds }: Facts, { winners }: History): string | undefined {
  if (holds === undefined || winners[holds.epoch] === holds.who) return undefined;
  return `one winner: epoch ${holds.epoch} was won by ${String(winners[holds.epoch])} and by ${holds.who}`;
}

/** Voters with a majority of the votes support the claim, or support nothing at all because they have just started. */
function supported(holder: Facts, facts: readonly Facts[]): string | undefined {
  const nonce = holder.holds?.who.replace(`${holder.name} by `, '');
  const votes = (counts: (one: Facts) => boolean): number =>
    holder.configured.reduce((sum, voter) => {
      const one = facts.find(({ name, uuid }) => name === voter.name && uuid === voter.uuid);
      return sum + (one !== undefined && counts(one) ? voter.weight : 0);
    }, 0);
  const support = votes(({ locked, mute }) => locked === nonce || mute);
  if (support * 2 > votes(() => true)) return undefined;
  return `supported: the address passes on ${holder.name}, and no majority of the voters is locked for it`;
}

/** Nobody goes back to an older configuration, there are no two of the same version, and neighbours differ by one vote. */
function configurationsInOrder(now: Facts, before: Facts, { configurations }: History): string | undefined {
  const order = now.term - before.term || now.ver - before.ver;
  if (order < 0) return `configurations: ${now.name} went back from ${before.version} to ${now.version}`;
  if ((configurations[now.version] ?? now.voters) !== now.voters) {
    return `configurations: there are two of version ${now.version}: ${String(configurations[now.version])} and ${now.voters}`;
  }
  const older = configurations[`${String(now.term)}.${String(now.ver - 1)}`];
  if (older === undefined || votesBetween(older, now.voters) <= 1) return undefined;
  return `configurations: more than one vote lies between ${older} and ${now.voters}`;
}

/** How many votes of single voters differ. */
function votesBetween(one: string, other: string): number {
  const votesOf = (voters: string): Map<string, number> =>
    new Map(voters.split(',').map((voter) => [voter.replace(/ \d+$/u, ''), Number(voter.split(' ').at(-1))]));
  const [ones, others] = [votesOf(one), votesOf(other)];
  return [...new Set([...ones.keys(), ...others.keys()])].reduce(
    (sum, voter) => sum + Math.abs((ones.get(voter) ?? 0) - (others.get(voter) ?? 0)),
    0,
  );
}
