import { parseGroup } from '../management-files/group.ts';
import type { Work } from './work.ts';

/**
 * The voters follow the group: members and witness. They are led there by the server that manages one of those that differ, which is the one
 * that edited its separation or its return; when that one dies on the way, by who takes its place.
 */
export function followGroup(work: Work): void {
  const { ring } = work.state;
  const current = work.state.ownership?.document.configuration;
  const { ownership, self } = work.configuration;
  if (current === undefined || ownership === undefined || ring.executor.phase !== 'running') return;
  const members = parseGroup(ring.files?.group ?? '').map(({ server }) => server);
  if (!members.includes(self)) return;
  const wanted = [...members, ...ownership.voters.filter(({ witness }) => witness).map(({ name }) => name)];
  const present = current.voters.map(({ name }) => name);
  const differing = [...wanted.filter((name) => !present.includes(name)), ...present.filter((name) => !wanted.includes(name))];
  const leads = differing.some((name) => isLedHere(work, name, members));
  const asked = leads ? `${wanted.join(' ')} after ${String(current.term)}.${String(current.version)}` : '';
  if (asked === work.state.wantedVoters) return;
  work.state.wantedVoters = asked;
  work.toOwnership(leads ? { kind: 'want-voters', voters: wanted } : { kind: 'leave-voters' });
}

/** A server that is managed here; one that is none of the ring's any more, and a witness that is new, by the first member. */
function isLedHere(work: Work, name: string, members: readonly string[]): boolean {
  const { ring } = work.state;
  if (Object.values(ring.dbss).some(({ target, priority }) => target === name && priority === 1)) return true;
  return members[0] === work.configuration.self && !work.configuration.servers.some((server) => server.name === name);
}
