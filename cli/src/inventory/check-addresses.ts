import type { Facts } from './facts.ts';
import { HOSTS, lastStep, VARIABLES, WITNESS } from './facts.ts';
import { formatNetwork, isHostAddress, parseAddress, parseNetwork } from './ipv4.ts';
import type { Ipv4Network } from './ipv4.ts';
import type { ProblemCollector } from './problem-collector.ts';

/** An address that the inventory gives to something. */
interface Place {
  readonly at: string;
  /** Whose address it is, in words: `the real IP of ftp`. */
  readonly what: string;
  readonly text: string;
}

/**
 * Addresses and MACs against each other and against their networks: each is inside its network and given once, and the two networks are
 * apart.
 */
export function checkAddresses(facts: Facts, problems: ProblemCollector): void {
  const service = network(facts, problems, `${VARIABLES}/dbss_service_network/cidr`);
  const sem = network(facts, problems, `${VARIABLES}/dbss_sem_network/cidr`);
  if (service !== undefined && sem !== undefined && service.first <= sem.last && sem.first <= service.last) {
    problems.atValue(`${VARIABLES}/dbss_sem_network/cidr`, {
      found: `the SEM network ${formatNetwork(sem)}, which overlaps the service network ${formatNetwork(service)}`,
      expected: 'two networks apart from each other',
    });
  }
  const servicePlaces = [
    ...places(facts, SERVICE_ADDRESSES, 'dbss_real_ip', 'dbss_virtual_ip', 'dbss_virtual_server_ip'),
    ...witnessPlaces(facts, 'dbss_real_ip'),
  ];
  const semPlaces = [...places(facts, SEM_ADDRESSES, 'ansible_host'), ...witnessPlaces(facts, 'ansible_host')];
  checkInside(servicePlaces, service, 'service', problems);
  checkInside(semPlaces, sem, 'SEM', problems);
  // One search over both networks: an address that stands in the wrong one is a duplicate all the same.
  checkOnce([...servicePlaces, ...semPlaces], (text) => parseAddress(text), 'address', problems);
  checkOnce(places(facts, MACS, 'dbss_mac'), (text) => text.toLowerCase(), 'MAC address', problems);
}

const SERVICE_ADDRESSES: readonly (readonly [string, string])[] = [
  ['dbss_service_network/gateway', 'the gateway'],
  ['dbss_lab/controller/service_ip', "the lab's controller"],
  ['dbss_lab/client/real_ip', "the lab's client"],
  ['dbss_lab/file_server/real_ip', "the lab's file server"],
];
const SEM_ADDRESSES: readonly (readonly [string, string])[] = [
  ['dbss_lab/controller/sem_ip', "the SEM address of the lab's controller"],
  ['dbss_lab/file_server/sem_ip', "the SEM address of the lab's file server"],
];
const MACS: readonly (readonly [string, string])[] = [['dbss_lab/file_server/mac', "the lab's file server"]];

const SERVER_VARIABLES = {
  ansible_host: 'the SEM address',
  dbss_real_ip: 'the real IP',
  dbss_virtual_ip: 'the virtual IP',
  dbss_virtual_server_ip: "the virtual server's IP",
  dbss_mac: 'the MAC address',
} as const;

function network(facts: Facts, problems: ProblemCollector, at: string): Ipv4Network | undefined {
  const text = facts.text(at);
  const parsed = text === undefined ? undefined : parseNetwork(text);
  if (text === undefined || parsed === undefined) return undefined;
  const written = parseAddress(text.split('/')[0] ?? '');
  if (written !== parsed.first) {
    problems.atValue(at, { found: `"${text}"`, expected: 'the first address of the network', suggestion: formatNetwork(parsed) });
  }
  return parsed;
}

/**
 * Every place that holds text: those named in the variables, then the first variable of all servers, then the next. Of two equal ones the
 * later in this order is the one to change: a virtual IP, not the real one that it equals.
 */
function places(
  facts: Facts,
  named: readonly (readonly [string, string])[],
  ...variables: readonly (keyof typeof SERVER_VARIABLES)[]
): readonly Place[] {
  const all = [
    ...named.map(([where, what]) => ({ at: `${VARIABLES}/${where}`, what })),
    ...variables.flatMap((variable) =>
      facts.items(HOSTS).map((server) => ({ at: `${server}/${variable}`, what: `${SERVER_VARIABLES[variable]} of ${lastStep(server)}` })),
    ),
  ];
  return all.flatMap((place) => {
    const text = facts.text(place.at);
    return text === undefined ? [] : [{ ...place, text }];
  });
}

/** The witness's address; in a lab it is the file server's, which is there already. */
function witnessPlaces(facts: Facts, variable: 'dbss_real_ip' | 'ansible_host'): readonly Place[] {
  if (facts.has(`${VARIABLES}/dbss_lab`)) return [];
  return facts.items(WITNESS).flatMap((witness) => {
    const text = facts.text(`${witness}/${variable}`);
    return text === undefined
      ? []
      : [{ at: `${witness}/${variable}`, what: `${SERVER_VARIABLES[variable]} of ${lastStep(witness)}`, text }];
  });
}

function checkInside(found: readonly Place[], network: Ipv4Network | undefined, name: string, problems: ProblemCollector): void {
  if (network === undefined) return;
  for (const { at, what, text } of found) {
    const address = parseAddress(text);
    if (address === undefined || isHostAddress(network, address)) continue;
    const inside = address >= network.first && address <= network.last;
    problems.atValue(at, {
      found: inside ? `${text} as ${what}, which no machine can have` : `${text} as ${what}, outside the ${name} network`,
      expected: `an address for a machine in ${formatNetwork(network)}`,
    });
  }
}

function checkOnce(
  found: readonly Place[],
  key: (text: string) => string | number | undefined,
  noun: string,
  problems: ProblemCollector,
): void {
  const taken = new Map<string | number, Place>();
  for (const place of found) {
    const value = key(place.text);
    if (value === undefined) continue;
    const first = taken.get(value);
    if (first === undefined) {
      taken.set(value, place);
      continue;
    }
    problems.atValue(place.at, {
      found: `${place.text} as ${place.what}, equal to ${first.what} in line ${String(problems.lineOf(first.at))}`,
      expected: `each ${noun} once`,
    });
  }
}
