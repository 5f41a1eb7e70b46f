import type { Inventory } from '../inventory/inventory.ts';
import type { GeneratedFile } from './generated-file.ts';
import { hostFiles, witnessFiles } from './host-files.ts';
import type { KeyMaterial } from './key-material.ts';
import { managementFiles } from './management-files.ts';
import { procedureFile } from './procedure-file.ts';
import type { Templates } from './templates.ts';

/**
 * Everything that is generated from an inventory, with the same bytes for the same input: management files, installation procedure files,
 * and what each server and the witness gets.
 */
export function generateAll(inventory: Inventory, material: KeyMaterial, templates: Templates): readonly GeneratedFile[] {
  return [
    ...managementFiles(inventory),
    ...inventory.servers.map((server) => procedureFile(inventory, server, material, templates)),
    ...inventory.servers.flatMap((server) => hostFiles(inventory, server, material, templates)),
    ...(inventory.witness === undefined ? [] : witnessFiles(inventory, inventory.witness, material)),
  ];
}
