import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Inventory } from '../inventory/inventory.ts';
import type { StatePaths } from '../inventory/state-paths.ts';
import { labNames } from '../lab/lab-names.ts';
import { sshMachines } from './ssh-keys.ts';

/**
 * Text of `ssh_config`: how ssh, Ansible and dbssctl reach each machine, by its name and by its addresses. In a lab the way goes through
 * the controller's network namespace.
 */
export function sshConfig(inventory: Inventory, paths: StatePaths, controlDirectory: string | undefined): string {
  const common = [
    'User root',
    `IdentityFile ${quoted(paths.sshKey)}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${quoted(paths.knownHosts)}`,
    'StrictHostKeyChecking yes',
    'BatchMode yes',
    'ConnectTimeout 10',
    // A server that lost its power must not hold a shared connection for long.
    'ServerAliveInterval 3',
    'ServerAliveCountMax 2',
    ...(controlDirectory === undefined
      ? []
      : ['ControlMaster auto', 'ControlPersist 30', `ControlPath ${quoted(`${sshControlPrefix(inventory.path, controlDirectory)}%C`)}`]),
    ...(inventory.lab === undefined
      ? []
      : ['GlobalKnownHostsFile none', `ProxyCommand ip netns exec ${labNames(inventory).namespaces.controller} nc %h %p`]),
  ];
  const blocks = sshMachines(inventory).flatMap(({ name, semAddress, realIp }) => [
    block(`${name} ${semAddress}`, [`HostName ${semAddress}`]),
    block(realIp, [`HostName ${realIp}`]),
  ]);
  const everyone = sshMachines(inventory).flatMap(({ name, semAddress, realIp }) => [name, semAddress, realIp]);
  return ['# Written by dbssctl.', ...blocks, block(everyone.join(' '), common), ''].join('\n');
}

/**
 * Where the sockets of shared ssh connections lie. A socket's path may have 107 bytes and ssh's own part of it takes 58, so it cannot be
 * the state directory.
 * @returns the beginning of their paths; ssh adds 40 hex digits
 */
function sshControlPrefix(inventoryPath: string, controlDirectory: string): string {
  return `${controlDirectory}/dbss-ssh-${createHash('sha256').update(inventoryPath).digest('hex').slice(0, 8)}-`;
}

/** A directory for sockets that is there after every boot and open to this user alone; undefined: none, connections are not shared. */
export function sshControlDirectory(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (process.getuid?.() === 0) return '/run';
  const runtime = environment['XDG_RUNTIME_DIR'];
  return runtime !== undefined && runtime.length < 40 && existsSync(runtime) ? runtime : undefined;
}

function block(hosts: string, lines: readonly string[]): string {
  return [`Host ${hosts}`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/** Percent signs and spaces mean something to ssh. */
function quoted(text: string): string {
  return `"${text.replaceAll(/%(?!C"?$)/g, '%%')}"`;
}
