import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LabMachineSpec } from './lab-machines.ts';

/** File of shell assignments from which templates/lab/run-machine.sh runs the machine. */
export function parametersFile(machine: LabMachineSpec): string {
  return path.join(machine.names.runDirectory, 'machine.conf');
}

/** Write the supervisor's parameters. `base` is the directory of the host root filesystem. */
export function writeMachineParameters(machine: LabMachineSpec, base: string): void {
  mkdirSync(machine.names.runDirectory, { recursive: true });
  writeFileSync(parametersFile(machine), machineParameters(machine, base));
}

/** The parameters as text. */
export function machineParameters(machine: LabMachineSpec, base: string): string {
  const { names } = machine;
  const values = {
    machine: machine.name,
    nspawn_machine: names.nspawnMachine,
    namespace: names.namespace,
    control_group: names.controlGroup,
    base,
    upper: names.upper,
    work: names.work,
    merged: names.merged,
    run_directory: names.runDirectory,
    port: machine.port,
    service_switch: machine.serviceSwitch,
    service_mac: machine.mac,
    sem_switch: machine.semSwitch,
    sem_mac: machine.semMac,
    self_test_s: String(machine.selfTest_s),
    bind: machine.bind === undefined ? '' : `${machine.bind.source}:${machine.bind.target}`,
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${shellQuote(value)}\n`)
    .join('');
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
