import { readFileSync, writeFileSync } from 'node:fs';
import { BrokenError } from '../errors.ts';

const INOTIFY_INSTANCES = '/proc/sys/fs/inotify/max_user_instances';
/** A machine's systemd and daemons take a dozen and more; the kernel's default of 128 for all of root is not enough for two labs. */
const INSTANCES_NEEDED = 2048;

/**
 * Let as many systemd machines run at once as a lab has. Without it systemd ends at its start with "Too many open files", also for a machine that is
 * woken in the middle of a recovery. The limit is the kernel's, so it stays raised after the lab.
 *
 * @returns what was raised, in words, or undefined
 * @throws BrokenError when the limit is too low and cannot be raised
 */
export function ensureInotifyInstances(): string | undefined {
  const current = Number(readFileSync(INOTIFY_INSTANCES, 'utf8'));
  if (current >= INSTANCES_NEEDED) return undefined;
  try {
    writeFileSync(INOTIFY_INSTANCES, String(INSTANCES_NEEDED));
  } catch (cause) {
    throw new BrokenError(`the kernel allows ${String(current)} inotify instances, the lab needs ${String(INSTANCES_NEEDED)}`, {
      cause,
      hint: `as root on this machine's kernel: sysctl fs.inotify.max_user_instances=${String(INSTANCES_NEEDED)}`,
    });
  }
  return `fs.inotify.max_user_instances raised from ${String(current)} to ${String(INSTANCES_NEEDED)}`;
}
