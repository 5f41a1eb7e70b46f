import { isIPv4 } from 'node:net';

/** Where an address is answered: by this machine itself, or by its virtual server behind a tap of the service bridge. */
export type LeasePlace = 'machine' | 'tap';

/**
 * Families of nftables that see the packets of an address: `inet` and `arp` what the machine itself takes and sends; `bridge` what passes the
 * service bridge to and from a tap, and what a program of the machine writes to the bridge as a raw frame (arping's announcements).
 */
export const FAMILIES = ['inet', 'arp', 'bridge'] as const;
export type Family = (typeof FAMILIES)[number];

/** After every rule of the administrator and of others that takes an interest in a packet's mark. */
const PRIORITY = 1_000;
const MOST_MARKS = 0xffff_ffff;

/** In which families elements of an address have to stand. */
export function familiesOf(places: readonly LeasePlace[]): readonly Family[] {
  return places.includes('machine') ? FAMILIES : ['bridge'];
}

/** Name of the cluster's table in each family; other tables are not touched. */
export function tableName(cluster: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(cluster)) throw new Error(`no name for a table: ${cluster}`);
  return `dbss_${cluster}`;
}

/**
 * One line for nft that makes the tables or brings their rules up to date; elements of the sets stay. A packet of an address passes if the
 * pair of the address and its mark in `active` is in `staged`, from which it goes by itself.
 *
 * @param taps name of the bridge's ports that are taps, as nft takes it, e.g. `vnet*`
 */
export function loadRules(table: string, taps: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,14}\*?$/.test(taps)) throw new Error(`no name of taps: ${taps}`);
  return FAMILIES.flatMap((family) => {
    const chains = Object.entries(chainsOf(family, taps));
    return [
      `add table ${family} ${table}`,
      `add set ${family} ${table} machine { type ipv4_addr; }`,
      `add set ${family} ${table} tap { type ipv4_addr; }`,
      `add set ${family} ${table} staged { type ipv4_addr . mark; flags timeout; }`,
      `add map ${family} ${table} active { type ipv4_addr : mark; }`,
      ...chains.map(([name, { hook }]) => `add chain ${family} ${table} ${name}${hook}`),
      ...chains.map(([name]) => `flush chain ${family} ${table} ${name}`),
      ...chains.flatMap(([name, { rules }]) => rules.map((rule) => `add rule ${family} ${table} ${name} ${rule}`)),
    ];
  }).join('; ');
}

interface Chain {
  readonly hook: string;
  readonly rules: readonly string[];
}

/** Chains of a family; those without a hook first, because others jump to them. */
function chainsOf(family: Family, taps: string): Readonly<Record<string, Chain>> {
  switch (family) {
    case 'inet':
      return {
        to_address: lease('ip daddr'),
        from_address: lease('ip saddr'),
        input: hooked('input', ['ip daddr @machine jump to_address']),
        output: hooked('output', ['ip saddr @machine jump from_address']),
      };
    case 'arp':
      return {
        to_address: lease('arp daddr ip'),
        from_address: lease('arp saddr ip'),
        input: hooked('input', ['arp daddr ip @machine jump to_address']),
        output: hooked('output', ['arp saddr ip @machine jump from_address']),
      };
    case 'bridge': {
      // What a virtual server says to another holder on the network passes, and what that one says to it.
      const from = [`iifname "${taps}" arp saddr ip @tap jump arp_from_address`, `iifname "${taps}" ip saddr @tap jump from_address`];
      // Questions in ARP may come to it, and with them the announcements of other holders; its answers do not leave.
      const to = [`oifname "${taps}" ip daddr @tap jump to_address`];
      return {
        to_address: lease('ip daddr'),
        from_address: lease('ip saddr'),
        arp_from_address: lease('arp saddr ip'),
        // From one port to another: between the network and the tap.
        forward: hooked('forward', [...from, ...to]),
        // Between the machine and the tap. What the machine says to another holder on the network passes as well.
        input: hooked('input', from),
        output: hooked('output', [...to, 'arp saddr ip @machine jump arp_from_address', 'ip saddr @machine jump from_address']),
      };
    }
  }
}

function hooked(hook: string, rules: readonly string[]): Chain {
  return { hook: ` { type filter hook ${hook} priority ${PRIORITY}; policy accept; }`, rules };
}

/** Back to the caller with a lease, else the end. The mark is where a rule can put what it has looked up; 0 is never staged. */
function lease(address: string): Chain {
  return {
    hook: '',
    rules: [
      'meta mark set 0',
      `meta mark set ${address} map @active`,
      `${address} . meta mark @staged meta mark set 0 return`,
      'counter drop',
    ],
  };
}

/** Everything about the address is closed from here on; a lease that an agent before has left stays. */
export function addProtected(table: string, address: string, place: LeasePlace): string {
  return each(familiesOf([place]), (family) => `add element ${family} ${table} ${place} { ${checked(address)} }`);
}

/** Give the address its entry in the map; refused where it has one. */
export function addInactive(family: Family, table: string, address: string): string {
  return `create element ${family} ${table} active { ${checked(address)} : 0 }`;
}

/** Adding first makes deleting what is not there no mistake. */
export function removeProtected(table: string, address: string): string {
  const places: readonly LeasePlace[] = ['machine', 'tap'];
  return places
    .flatMap((place) =>
      ['add', 'delete'].map((verb) => each(FAMILIES, (family) => `${verb} element ${family} ${table} ${place} { ${checked(address)} }`)),
    )
    .join('; ');
}

export function removeActive(family: Family, table: string, address: string): string {
  return `delete element ${family} ${table} active { ${checked(address)} }`;
}

/** `create`, so that a pair that is there is refused instead of getting a new deadline. */
export function stageElement(table: string, families: readonly Family[], address: string, mark: number, length_ms: number): string {
  if (!Number.isInteger(length_ms) || length_ms < 1) throw new Error(`no length of a lease: ${length_ms} ms`);
  const pair = `${checked(address)} . ${checkedMark(mark)}`;
  return each(families, (family) => `create element ${family} ${table} staged { ${pair} timeout ${length_ms}ms }`);
}

export function activate(table: string, families: readonly Family[], address: string, mark: number): string {
  return replaceActive(table, families, address, checkedMark(mark));
}

export function deactivate(table: string, families: readonly Family[], address: string): string {
  return replaceActive(table, families, address, 0);
}

/** In one transaction a packet finds the old element or the new one. */
function replaceActive(table: string, families: readonly Family[], address: string, mark: number): string {
  return each(
    families,
    (family) => `${removeActive(family, table, address)}; add element ${family} ${table} active { ${address} : ${mark} }`,
  );
}

function each(families: readonly Family[], command: (family: Family) => string): string {
  return families.map(command).join('; ');
}

function checked(address: string): string {
  if (!isIPv4(address)) throw new Error(`not an IPv4 address: ${address}`);
  return address;
}

function checkedMark(mark: number): number {
  if (!Number.isInteger(mark) || mark < 1 || mark > MOST_MARKS) throw new Error(`no mark of a lease: ${mark}`);
  return mark;
}
