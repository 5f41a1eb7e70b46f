import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { agentMachines } from '../../../cli/src/inventory/agent-machines.ts';
import type { Inventory, Server } from '../../../cli/src/inventory/inventory.ts';
import { loadInventory } from '../../../cli/src/inventory/load-inventory.ts';
import type { RawServer, RawVariables } from '../../../cli/src/inventory/raw-inventory.ts';
import { INVENTORIES } from './lab-inventory.ts';

interface AnsibleInventory {
  readonly _meta: { readonly hostvars: Readonly<Record<string, RawServer & RawVariables>> };
  readonly dbss_servers: { readonly hosts: readonly string[] };
  readonly dbss_witness?: { readonly hosts: readonly string[] };
}

const ansible = spawnSync('ansible-inventory', ['--version'], { encoding: 'utf8' });
const installed = ansible.error === undefined && ansible.status === 0;
if (!installed) process.stderr.write('left out: ansible-inventory and dbssctl see the same values (ansible is not installed)\n');

function listedByAnsible(file: string): AnsibleInventory {
  const { stdout, stderr, status } = spawnSync('ansible-inventory', ['-i', file, '--list'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ansible-inventory: ${stderr}`);
  return JSON.parse(stdout) as AnsibleInventory;
}

/** A server of ours in the words of the file. */
function asVariables(inventory: Inventory, server: Server): Partial<RawServer & RawVariables> {
  return {
    ansible_host: server.semAddress,
    dbss_real_ip: server.realIp,
    dbss_virtual_ip: server.virtualIp,
    dbss_virtual_server_ip: server.virtualServerIp,
    dbss_mac: server.mac,
    dbss_type: server.type,
    dbss_memory_mb: server.memory_mb,
    dbss_cluster: inventory.cluster,
    dbss_method: inventory.method,
    dbss_quorum: inventory.quorum,
    dbss_profile: inventory.profile,
    dbss_service_network: { cidr: inventory.serviceNetwork.cidr, gateway: inventory.serviceNetwork.gateway },
    dbss_sem_network: { cidr: inventory.semNetwork.cidr },
    dbss_network_rate_kb_s: inventory.network_rate_kb_s,
    dbss_standby: inventory.standby,
    dbss_users: inventory.users,
    ...(inventory.sharedStorage === undefined ? {} : { dbss_shared_storage: inventory.sharedStorage }),
  };
}

(installed ? describe : describe.skip).each(['lab.yml', 'small.yml'])('ansible-inventory and dbssctl read %s alike', (name) => {
  const file = path.join(INVENTORIES, name);

  test('they see the same values of every server', async () => {
    const inventory = await loadInventory(file);
    const { hostvars } = listedByAnsible(file)._meta;
    expect(Object.keys(hostvars).sort()).toEqual(
      agentMachines(inventory)
        .map((machine) => machine.name)
        .sort(),
    );
    for (const server of inventory.servers) {
      const listed = hostvars[server.name]!;
      expect(listed).toMatchObject(asVariables(inventory, server));
      // What a well-known daemon brings does not stand in the file; sshd is another name of ssh.
      expect(server.services).toMatchObject(
        listed.dbss_services.map((service) => ({ ...service, daemon: service.daemon === 'sshd' ? 'ssh' : service.daemon })),
      );
    }
  });

  test('they see the same witness', async () => {
    const { witness } = await loadInventory(file);
    const listed = listedByAnsible(file);
    expect(listed.dbss_witness?.hosts).toEqual(witness === undefined ? undefined : [witness.name]);
    if (witness === undefined) return;
    expect(listed._meta.hostvars[witness.name]).toMatchObject({ ansible_host: witness.semAddress, dbss_real_ip: witness.realIp });
  });

  test('they see the servers in the same order', async () => {
    const inventory = await loadInventory(file);
    expect(listedByAnsible(file).dbss_servers.hosts).toEqual(inventory.servers.map((server) => server.name));
  });
});
