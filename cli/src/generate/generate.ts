import type { Inventory } from '../inventory/inventory.ts';
import { statePaths } from '../inventory/state-paths.ts';
import { authorityAdvice } from '../keys/certificates.ts';
import { ensureKeys } from '../keys/ensure-keys.ts';
import { generateAll } from './generate-all.ts';
import { readKeyMaterial } from './key-material.ts';
import { sealProcedures } from './seal-procedures.ts';
import { readTemplates } from './templates.ts';
import { writeGenerated } from './write-generated.ts';
import type { WriteReport } from './write-generated.ts';

export interface GenerateReport extends WriteReport {
  /** Directory that the paths in `changed` and `removed` are below. */
  readonly directory: string;
  /** Key files that were made, below the state directory. */
  readonly keys: readonly string[];
  /** What the administrator should do before long. */
  readonly advice: readonly string[];
}

/** Make an inventory's keys where they are missing, and its generated files: all of `dbssctl generate`. */
export async function generate(inventory: Inventory): Promise<GenerateReport> {
  const keys = await ensureKeys(inventory);
  const [material, templates] = await Promise.all([readKeyMaterial(inventory), readTemplates()]);
  const directory = statePaths(inventory.path).generated;
  const files = await sealProcedures(inventory.cluster, directory, material, generateAll(inventory, material, templates));
  const report = await writeGenerated(directory, files);
  return { directory, keys, advice: authorityAdvice(material.caCertificate, new Date()), ...report };
}
