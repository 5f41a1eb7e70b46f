import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readYaml } from '../../../cli/src/inventory/yaml-document.ts';

/** What stands in a file below `ansible/`, as Ansible reads it. */
export function ansibleFile(file: string): unknown {
  return readYaml(readFileSync(path.resolve(import.meta.dirname, '../../../ansible', file), 'utf8')).value;
}
