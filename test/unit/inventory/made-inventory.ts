/**
 * Text of an inventory with these servers in this order, without lab, storage, users and witness; `hosts:` stands in line 9. Two servers are
 * no majority when one is dead, so a ring of two asks for none, and `hosts:` stands in line 10.
 */
export function inventoryText(names: readonly string[], cluster = 'made'): string {
  const server = (name: string, index: number): string => {
    const last = String(index + 10);
    return `        ${name}:
          ansible_host: 198.18.21.${last}
          dbss_real_ip: 198.18.20.${last}
          dbss_virtual_ip: 198.18.20.1${last}
          dbss_virtual_server_ip: 198.18.20.2${last}
          dbss_mac: "02:db:55:00:20:${last}"
          dbss_type: ${['CPU', 'NETWORK', 'CPU_NET'][index % 3] ?? 'CPU'}
          dbss_memory_mb: 2048
          dbss_services: [{ daemon: ssh }]
`;
  };
  return `---
all:
  vars:
    dbss_cluster: ${cluster}
    dbss_service_network: { cidr: 198.18.20.0/24, gateway: 198.18.20.1 }
    dbss_sem_network: { cidr: 198.18.21.0/24 }
${names.length === 2 ? '    dbss_quorum: none\n' : ''}  children:
    dbss_servers:
      hosts:
${names.map(server).join('')}`;
}
