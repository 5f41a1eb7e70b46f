import type { Inventory, Server } from '../inventory/inventory.ts';
import type { RootfsFile } from './generated-file.ts';

/**
 * systemd-networkd's files of one server (§5.1, Fig. 13): br0 over eth0 on the service network, with the real IP. eth1, the SEM network,
 * stays as it was installed: ssh comes over it.
 */
export function networkFiles(inventory: Inventory, server: Server): readonly RootfsFile[] {
  const { gateway, prefix_length } = inventory.serviceNetwork;
  return [
    file('10-dbss-br0.netdev', [
      '[NetDev]',
      'Name=br0',
      'Kind=bridge',
      // Wake-on-LAN packets and ARP answers name one address.
      `MACAddress=${server.mac}`,
      '',
      '[Bridge]',
      'STP=no',
      'ForwardDelaySec=0',
    ]),
    file('10-dbss-eth0.network', ['[Match]', 'Name=eth0', '', '[Network]', 'Bridge=br0', 'LinkLocalAddressing=no']),
    file('10-dbss-br0.network', [
      '[Match]',
      'Name=br0',
      '',
      '[Network]',
      `Address=${server.realIp}/${String(prefix_length)}`,
      `Gateway=${gateway}`,
      'LinkLocalAddressing=no',
      'IPv6AcceptRA=no',
      'ConfigureWithoutCarrier=yes',
      'IgnoreCarrierLoss=yes',
      '# The virtual IP address is set by the agent: networkd must not take it away when it starts again.',
      'KeepConfiguration=static',
    ]),
  ];
}

function file(name: string, lines: readonly string[]): RootfsFile {
  return { path: `etc/systemd/network/${name}`, content: ['# Written by dbssctl generate.', ...lines, ''].join('\n'), mode: 0o644 };
}
