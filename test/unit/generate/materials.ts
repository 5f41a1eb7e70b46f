import type { KeyMaterial } from '../../../cli/src/generate/key-material.ts';
import type { GeneratedFile } from '../../../cli/src/generate/generated-file.ts';
import { generateAll } from '../../../cli/src/generate/generate-all.ts';
import { readTemplates } from '../../../cli/src/generate/templates.ts';
import { agentMachines } from '../../../cli/src/inventory/agent-machines.ts';
import type { Inventory } from '../../../cli/src/inventory/inventory.ts';

export const TEMPLATES = await readTemplates();

/** Keys for every server and user of an inventory, recognizable in what is generated. */
export function materialFor(inventory: Inventory): KeyMaterial {
  const each = <Value>(value: (name: string) => Value): Record<string, Value> =>
    Object.fromEntries(agentMachines(inventory).map(({ name }) => [name, value(name)]));
  return {
    passwordHashes: Object.fromEntries(inventory.users.map(({ name }) => [name, `$6$salt$hash-of-${name}`])),
    datagramKeys: 'key of the datagrams\n',
    procedureKeys: 'key of the procedures\n',
    fencing: Object.fromEntries(
      inventory.servers.flatMap(({ name, fencing }) =>
        fencing === undefined
          ? []
          : [[name, { agent: fencing.agent, parameters: { ...fencing.parameters, password: `key of ${name}'s fence` } }]],
      ),
    ),
    checkAccount: inventory.checkUser === undefined ? undefined : { user: inventory.checkUser, password: `key of ${inventory.checkUser}` },
    caCertificate: 'certificate of the CA\n',
    servers: each((name) => ({ certificate: `certificate of ${name}\n`, key: `key of ${name}\n` })),
    hostKeys: each((name) => ({ privateKey: `host key of ${name}\n`, publicKey: `public host key of ${name}\n` })),
  };
}

/** All generated files of an inventory by path. */
export function generatedFrom(inventory: Inventory): ReadonlyMap<string, GeneratedFile> {
  return new Map(generateAll(inventory, materialFor(inventory), TEMPLATES).map((file) => [file.path, file]));
}

/** Text of a generated file that must be there. */
export function textOf(files: ReadonlyMap<string, GeneratedFile>, path: string): string {
  const file = files.get(path);
  if (file === undefined) throw new Error(`${path} was not generated; there are ${[...files.keys()].join(' ')}`);
  return file.content.toString();
}
