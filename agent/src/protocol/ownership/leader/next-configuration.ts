import type { Voter } from '../../ring/ownership-configuration.ts';
import type { ConfiguredVoter, VotersConfiguration } from '../voters-configuration.ts';

/**
 * The voters that are wanted, each with its disk. Those whose disk nobody knows yet are left out. The witness has two votes beside an odd number of
 * servers, so that the sum is odd, else one.
 * @param voters all that the inventory knows
 */
export function wantedVoters(
  voters: readonly Voter[],
  wanted: readonly string[],
  uuidOf: (name: string) => string | undefined,
): readonly ConfiguredVoter[] {
  const chosen = voters.filter(({ name }) => wanted.includes(name));
  const servers = chosen.filter(({ witness }) => !witness).length;
  return chosen.flatMap(({ name, witness }) => {
    const uuid = uuidOf(name);
    return uuid === undefined ? [] : [{ name, uuid, weight: witness && servers % 2 === 1 ? 2 : 1 }];
  });
}

/**
 * The configuration after `present` on the way to `target`: one vote less or one vote more, so that any two majorities of the two share a voter.
 * Votes that are not wanted go first, but never the last one: nobody could say yes to anything ever after. `undefined` where the target is reached, or
 * nothing can be done before a wanted voter's disk is known.
 */
export function nextConfiguration(present: VotersConfiguration, target: readonly ConfiguredVoter[]): VotersConfiguration | undefined {
  const next = (voters: readonly ConfiguredVoter[]): VotersConfiguration => ({ ...present, version: present.version + 1, voters });
  const weightIn = (voters: readonly ConfiguredVoter[], one: ConfiguredVoter): number =>
    voters.find(({ name, uuid }) => name === one.name && uuid === one.uuid)?.weight ?? 0;
  const votes = present.voters.reduce((sum, { weight }) => sum + weight, 0);
  const tooHeavy = present.voters.find((voter) => voter.weight > weightIn(target, voter));
  if (tooHeavy !== undefined && votes > 1) {
    const lighter = { ...tooHeavy, weight: tooHeavy.weight - 1 };
    return next(present.voters.flatMap((voter) => (voter !== tooHeavy ? [voter] : lighter.weight > 0 ? [lighter] : [])));
  }
  const tooLight = target.find((voter) => voter.weight > weightIn(present.voters, voter));
  if (tooLight === undefined) return undefined;
  const weight = weightIn(present.voters, tooLight);
  if (weight === 0) return next([...present.voters, { ...tooLight, weight: 1 }]);
  return next(present.voters.map((voter) => (voter.name === tooLight.name ? { ...voter, weight: weight + 1 } : voter)));
}
