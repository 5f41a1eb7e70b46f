import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHECK_FILE, checkFileContent } from '../generate/check-files.ts';
import type { Inventory } from '../inventory/inventory.ts';

/**
 * Make the exported directory: a home for each user (`home/<user>`) and a site for each web server (`www/<server>`), with the check file
 * in each. What is there stays.
 */
export function ensureExport(exportDirectory: string, inventory: Pick<Inventory, 'users' | 'servers'>): void {
  for (const { name, uid } of inventory.users) makeChecked(path.join(exportDirectory, 'home', name), name, uid);
  for (const server of inventory.servers.filter(({ services }) => services.some((service) => service.probe === 'http'))) {
    makeChecked(path.join(exportDirectory, 'www', server.name), server.name, 0);
  }
}

function makeChecked(directory: string, owner: string, uid: number): void {
  if (!existsSync(directory)) {
    mkdirSync(directory, { recursive: true });
    chownSync(directory, uid, uid);
  }
  const file = path.join(directory, CHECK_FILE);
  if (existsSync(file) && readFileSync(file, 'utf8') === checkFileContent(owner)) return;
  writeFileSync(file, checkFileContent(owner));
  chownSync(file, uid, uid);
}
