import type { Method } from '@dbss/agent/protocol/method/method.ts';
import Table from 'cli-table3';
import type { RingView, ServerView, VotersView, WitnessView } from './ring-view.ts';

/** The ring as text for a person: an arrow line in ring order, a table, and what does not fit together. */
export function renderRing(view: RingView): string {
  const table = new Table({
    head: ['server', 'state', 'manages', 'managed by', 'virtual IP', 'held by', 'services', 'standby'],
    style: { head: [], border: [], compact: true },
  });
  for (const server of view.servers) {
    table.push([
      server.name,
      server.state,
      orDash([...server.manages, ...server.managesSecond.map((target) => `${target} (P2)`)].join(' ')),
      managedBy(server),
      server.vip,
      heldBy(server),
      services(server),
      server.standbyTarget === null ? orDash(server.standby) : `${server.standby ?? ''} for ${server.standbyTarget}`,
    ]);
  }
  const notes = [
    ...(view.witness === null ? [] : [witnessLine(view.witness)]),
    ...(view.voters === null ? [] : [votersLine(view.voters)]),
    ...view.servers.flatMap((server) => (server.unreachable === null ? [] : [`No answer: ${server.unreachable}`])),
    ...view.servers.flatMap((server) => (server.heldBack === null ? [] : [heldBackLine(server.name, server.heldBack)])),
    ...view.servers.flatMap((server) => (server.noHost === null ? [] : [noHostLine(server, server.noHost)])),
    ...view.servers.flatMap(({ name, networkAbnormal }) => (networkAbnormal ? [networkLine(name)] : [])),
    ...view.servers.flatMap((server) => (server.addressProblem === null ? [] : [addressLine(server, server.addressProblem)])),
    ...view.servers.flatMap(procedureLines),
    ...view.servers.flatMap(({ name, scriptsNotRun }) => scriptsNotRun.map(({ script, reason }) => scriptLine(name, script, reason))),
    ...view.servers.flatMap((server) => (server.storageInDoubt === null ? [] : [storageLine(server, server.storageInDoubt)])),
    ...view.disagreements.map((disagreement) => `Disagreement: ${disagreement}`),
  ];
  return [`${TITLES[view.method]} ${view.cluster}: ${arrows(view)}`, table.toString(), ...notes].join('\n');
}

const TITLES: Readonly<Record<Method, string>> = { ring: 'Ring', p2p: 'P2P', dedicated: 'Dedicated' };

/** Who manages whom, in a line; `first` is the first server of the group. */
const CONNECTIONS: Readonly<Record<Method, (view: RingView, first: string) => string>> = {
  ring: ({ ring }, first) => [...ring, first].join(' → '),
  p2p: ({ ring }, first) => [...ring, first].join(' ⇄ '),
  dedicated: ({ ring, servers, managementServer }) => {
    const manages = servers.some(({ state }) => state === 'managing');
    return `${manages ? String(managementServer) : 'nobody'} → ${ring.filter((name) => name !== managementServer).join(' ')}`;
  },
};

/** `Witness files: reachable`; a reason begins with the machine's name, which stands there already. */
function witnessLine({ name, state, unreachable }: WitnessView): string {
  return `Witness ${name}: ${unreachable === null ? state : `${state}: ${unreachable.replace(`${name}: `, '')}`}`;
}

/** `Voters 1.1: mail ftp web1 files (2 votes)`; the addresses are held by more than half of the votes. */
function votersLine({ term, version, voters }: VotersView): string {
  const names = voters.map(({ name, votes }) => (votes === 1 ? name : `${name} (${votes} votes)`));
  return `Voters ${term}.${version}: ${names.join(' ')}`;
}

/** Who thinks that he holds the address; without its lease nothing of it passes. */
function heldBy({ heldBy: holder, lease }: ServerView): string {
  if (holder === null) return lease === null ? '-' : `- (lease ${lease})`;
  return lease === null || lease === 'held' ? holder : `${holder} (lease ${lease})`;
}

/** `Held back: ftp until 14:35:02, returned 3 times lately; …`: it is well, and its virtual server serves. */
function heldBackLine(name: string, { until, returns }: NonNullable<ServerView['heldBack']>): string {
  const time = new Date(until).toLocaleTimeString('en-GB');
  return `Held back: ${name} until ${time}, because it was returned ${String(returns)} times lately (dbssctl ring return ${name} returns it at once)`;
}

/** `Nobody serves ftp: …`: what its manager's log says of each host is what is to be mended. */
function noHostLine({ name, managedBy }: ServerView, { failed, again }: NonNullable<ServerView['noHost']>): string {
  const time = new Date(again).toLocaleTimeString('en-GB');
  const why = managedBy === null ? '' : ` (why: dbssctl log ${managedBy})`;
  return `Nobody serves ${name}: its virtual server could not be created on ${failed.join(', ')}${why}; tried again there at ${time}, at once on another host`;
}

/** `Address not set: …`: the reason is most likely somebody who has it by mistake. */
function addressLine({ name, vip }: ServerView, problem: string): string {
  return `Address not set: ${vip} on ${name}, because ${problem}; tried again in each interval`;
}

/** `Network of ftp: abnormal …`: its manager may see nothing of it, because the server answers on both networks. */
function networkLine(name: string): string {
  return `Network of ${name}: abnormal, says its own examination: the gateway of the service network does not answer it`;
}

/** `Script not run: …`: the others may run it, and this server finds nothing wrong by it. */
function scriptLine(name: string, script: string, reason: string): string {
  return `Script not run: ${script} on ${name}: ${reason}; what it examines counts as normal for ${name} (why and what to do: dbssctl log ${name})`;
}

/** `Shared storage in doubt: …`: who serves for the server does not, and another virtual server would not either. */
function storageLine({ name, managedBy, heldBy: holder }: ServerView, reason: string): string {
  const leftAlone = holder === null || holder === name ? name : `${name} (its virtual server ${holder})`;
  return `Shared storage in doubt: ${reason}, says ${managedBy ?? 'its manager'}; ${leftAlone} is left alone although it does not serve`;
}

/** `mail → ftp → web1 → mail`, in the P2P method with two-headed arrows, and `manager → mail ftp` for a dedicated manager; servers that are not in the group stand in parentheses behind. */
function arrows(view: RingView): string {
  const [first] = view.ring;
  const outside = view.servers.filter((server) => !view.ring.includes(server.name)).map((server) => `(${server.name})`);
  const ring = first === undefined ? 'no server runs the management program' : CONNECTIONS[view.method](view, first);
  return [ring, ...outside].join(' ');
}

function managedBy(server: ServerView): string {
  if (server.managedBy === null) return '-';
  return server.phase === null || server.phase === 'monitoring' ? server.managedBy : `${server.managedBy} (${server.phase})`;
}

function services(server: ServerView): string {
  return server.services.map((daemon) => (server.abnormalServices.includes(daemon) ? `${daemon} (abnormal)` : daemon)).join(' ');
}

/** Only where it is not in order; `dbssctl procedure show` tells the rest. */
function procedureLines({ name, procedure }: ServerView): readonly string[] {
  if (procedure === null) return [];
  const { version, differences, problem } = procedure;
  if (problem !== null) return [`Procedure of ${name}: not captured: ${problem}`];
  if (version === null || differences.length === 0) return [];
  return [`Procedure of ${name}: its configuration has changed since version ${version}: ${differences.join(', ')}`];
}

function orDash(text: string | null): string {
  return text === null || text === '' ? '-' : text;
}
