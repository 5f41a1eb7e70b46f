/**
 * The power controller of a lab: what a network card does in a machine that is off. Listens for Wake-on-LAN magic packets and switches
 * their machine on. Argument: the lab's run directory. Runs in the controller's network namespace until SIGTERM.
 */
import { createSocket } from 'node:dgram';
import { rmSync, writeFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { recordLabEvent } from './lab-events.ts';
import type { LabMachineSpec, LabNetwork } from './lab-machines.ts';
import { recordedMachines } from './lab-record.ts';
import { isSwitchOff } from './lab-switch-mark.ts';
import { cableState } from './machine-links.ts';
import { powerOn } from './machine-power.ts';
import { machineState } from './machine-state.ts';
import { parseMagicPacket } from './magic-packet.ts';
import { powerControllerPidFile } from './power-controller-process.ts';
import { formatProcessIdentity, identifyProcess } from './process-identity.ts';

const WAKE_ON_LAN_PORT = 9;

const runDirectory = process.argv[2];
if (runDirectory === undefined) throw new Error('usage: power-controller-main RUN_DIRECTORY');
listen(runDirectory);

function listen(directory: string): void {
  const pidFile = powerControllerPidFile(directory);
  const waking = new Set<string>();
  const socket = createSocket({ type: 'udp4' });
  socket.on('message', (packet, from) => {
    const mac = parseMagicPacket(packet);
    if (mac !== undefined) void wake(directory, mac, from.address, waking);
  });
  socket.bind(WAKE_ON_LAN_PORT, () => {
    const self = identifyProcess(process.pid);
    if (self !== undefined) writeFileSync(pidFile, formatProcessIdentity(self));
    say('listening');
  });
  process.on('SIGTERM', () => {
    rmSync(pidFile, { force: true });
    socket.close(() => process.exit(0));
  });
}

async function wake(directory: string, mac: string, from: string, waking: Set<string>): Promise<void> {
  const machine = recordedMachines(directory).find((candidate) => candidate.mac.toLowerCase() === mac);
  if (machine === undefined) return;
  const network = networkOf(machine, from);
  const cable = cableState(machine, network);
  if (cable === 'down' || cable === 'deaf' || isSwitchOff(machine, network)) {
    say(`magic packet from ${from} for ${machine.name}: nothing reaches it on the ${network} network`);
    return;
  }
  // A sender repeats its packet, and on both networks.
  if (waking.has(mac) || machineState(machine).power !== 'off') return;
  waking.add(mac);
  try {
    say(`magic packet from ${from} for ${machine.name}`);
    if (await powerOn(machine)) recordLabEvent(directory, { time_ms: Date.now(), machine: machine.name, action: 'wake-on-lan' });
  } catch (error) {
    say(`${machine.name}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    waking.delete(mac);
  }
}

/** The network on which a packet came, told by its sender's address. */
function networkOf(machine: LabMachineSpec, sender: string): LabNetwork {
  const [address = '', prefix] = machine.semCidr.split('/');
  const sem = new BlockList();
  sem.addSubnet(address, Number(prefix));
  return sem.check(sender) ? 'sem' : 'service';
}

function say(text: string): void {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}
