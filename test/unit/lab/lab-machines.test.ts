import { UserError } from '../../../cli/src/errors.ts';
import { describeLab, findMachine } from '../../../cli/src/lab/lab-machines.ts';
import { oneWayRules } from '../../../cli/src/lab/machine-links.ts';
import { machineParameters } from '../../../cli/src/lab/machine-parameters.ts';
import { planSwitches } from '../../../cli/src/lab/switches.ts';
import { labInventory } from './lab-fixture.ts';

test('a lab is its file server and every server, each with a port of its own (Fig. 13)', () => {
  const { machines } = describeLab(labInventory());
  expect(machines.map(({ name, kind }) => [name, kind])).toEqual([
    ['files', 'file-server'],
    ['mail', 'server'],
    ['ftp', 'server'],
  ]);
  expect(new Set(machines.map(({ port }) => port)).size).toBe(3);
  expect(new Set(machines.flatMap(({ mac, semMac }) => [mac, semMac])).size).toBe(6);
});

test('SEM interfaces have a valid, locally administered, stable MAC address', () => {
  const macs = describeLab(labInventory()).machines.map(({ semMac }) => semMac);
  expect(describeLab(labInventory()).machines.map(({ semMac }) => semMac)).toEqual(macs);
  for (const mac of macs) expect(mac).toMatch(/^02(:[0-9a-f]{2}){5}$/);
});

test('servers see the export where the real shared storage is said to come from, the file server where it exports it', () => {
  const { machines, names } = describeLab(labInventory());
  expect(machines.map(({ bind }) => bind)).toEqual([
    { source: names.exportDirectory, target: '/export' },
    { source: names.exportDirectory, target: '/mnt/lab-export' },
    { source: names.exportDirectory, target: '/mnt/lab-export' },
  ]);
});

test('without shared storage servers see no export', () => {
  const { machines } = describeLab(labInventory({ sharedStorage: undefined }));
  expect(machines.filter(({ kind }) => kind === 'server').map(({ bind }) => bind)).toEqual([undefined, undefined]);
});

test('an inventory without a lab is refused with the place where it belongs', () => {
  expect(() => describeLab(labInventory({ lab: undefined }))).toThrow(UserError);
  expect(() => describeLab(labInventory({ lab: undefined }))).toThrow('/nowhere/site.yml: this inventory has no lab');
});

test('an unknown machine is refused with the machines there are', () => {
  expect(() => findMachine(describeLab(labInventory()), 'www')).toThrow(
    expect.objectContaining({ message: '"www" is not a machine of this lab', hint: 'its machines are files, mail, ftp' }) as Error,
  );
});

test('every interface, address, bridge and route of the networks is made inside a namespace', () => {
  const inventory = labInventory();
  const description = describeLab(inventory);
  const plan = planSwitches(inventory, description);
  const namespaces = Object.values(description.names.namespaces as unknown as Record<string, string>);
  expect(plan.map(({ namespace }) => namespace).sort()).toEqual([...namespaces].sort());
  const peers = plan.flatMap(({ commands }) => commands).flatMap((command) => / netns (\S+)$/.exec(command)?.[1] ?? []);
  expect(peers.every((peer) => namespaces.includes(peer))).toBe(true);
});

test("the gateway's address is on the service switch, and the controller is on both networks", () => {
  const inventory = labInventory();
  const description = describeLab(inventory);
  const { serviceSwitch, controller } = description.names.namespaces;
  const commandsOf = (wanted: string): string =>
    planSwitches(inventory, description)
      .filter(({ namespace }) => namespace === wanted)
      .flatMap(({ commands }) => commands)
      .join('\n');
  expect(commandsOf(serviceSwitch)).toContain('address add 198.18.0.1/24 brd + dev br0');
  expect(commandsOf(controller)).toContain('address add 198.18.0.2/24');
  expect(commandsOf(controller)).toContain('address add 198.18.1.2/24');
});

test("the supervisor's parameters are shell assignments that no value can break", () => {
  const [machine] = describeLab(labInventory()).machines;
  if (machine === undefined) throw new Error('no machine');
  const text = machineParameters(machine, "/cache/it's here; rm -rf $HOME");
  expect(text).toContain(`base='/cache/it'\\''s here; rm -rf $HOME'\n`);
  expect(
    text
      .split('\n')
      .filter((line) => line !== '')
      .every((line) => /^[a-z_]+='.*'$/.test(line)),
  ).toBe(true);
});

test("servers start as slowly as the inventory says, and the file server doesn't", () => {
  const inventory = labInventory();
  const { lab } = inventory;
  if (lab === undefined) throw new Error('no lab');
  const { machines } = describeLab({ ...inventory, lab: { ...lab, selfTest_s: 20 } });
  expect(machines.map(({ name, selfTest_s }) => [name, selfTest_s])).toEqual([
    ['files', 0],
    ['mail', 20],
    ['ftp', 20],
  ]);
  expect(machines.map((machine) => machineParameters(machine, '/base')).filter((text) => text.includes("self_test_s='20'\n"))).toHaveLength(
    2,
  );
});

test('a cable is broken in one direction by dropping at the switch, and what was broken before is whole again', () => {
  const [all, deaf] = [oneWayRules('server1', undefined), oneWayRules('server1', 'deaf')];
  expect(all).not.toContain('drop\n');
  for (const rules of [all, deaf]) expect(rules).toContain('delete table bridge dbss_server1_mute');
  expect(deaf).toContain('oifname "server1" drop');
  expect(oneWayRules('server1', 'mute')).toContain('iifname "server1" drop');
});
