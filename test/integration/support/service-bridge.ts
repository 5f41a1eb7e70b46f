import { run, type Network } from './namespaces.ts';

/** Give a node the networks of a server (§5.1): br0 over eth0 with its address, and further addresses as virtual ones. */
export function addServiceBridge(network: Network, node: string, virtualAddresses: readonly string[]): void {
  const ip = (...args: string[]): string => run('ip', '-n', network.namespace(node), ...args);
  ip('link', 'add', 'br0', 'address', network.mac(node), 'type', 'bridge', 'stp_state', '0', 'forward_delay', '0');
  ip('addr', 'flush', 'dev', 'eth0');
  ip('link', 'set', 'eth0', 'master', 'br0');
  ip('link', 'set', 'br0', 'up');
  for (const address of [network.address(node), ...virtualAddresses]) ip('addr', 'add', `${address}/24`, 'brd', '+', 'dev', 'br0');
}

/** A guest behind a tap of the node's bridge: a namespace with addresses, at a port that is named as libvirt names taps. */
export function addGuest(
  network: Network,
  node: string,
  addresses: readonly string[],
): { readonly namespace: string; readonly remove: () => void } {
  const namespace = `${network.namespace(node)}-guest`;
  run('ip', 'netns', 'add', namespace);
  run('ip', '-n', network.namespace(node), 'link', 'add', 'vnet0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
  run('ip', '-n', network.namespace(node), 'link', 'set', 'vnet0', 'master', 'br0', 'up');
  run('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
  for (const address of addresses) run('ip', '-n', namespace, 'addr', 'add', `${address}/24`, 'brd', '+', 'dev', 'eth0');
  run('ip', '-n', namespace, 'link', 'set', 'eth0', 'up');
  return { namespace, remove: () => void run('ip', 'netns', 'del', namespace) };
}
