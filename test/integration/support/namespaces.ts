import { execFileSync } from 'node:child_process';

/** Nodes on one switch, each in a network namespace of its own; nothing is in the root namespace. */
export interface Network {
  /** Name of the namespace of a node. */
  readonly namespace: (node: string) => string;
  /** Namespace of the switch, and a node's port on it. */
  readonly switchNamespace: string;
  readonly port: (node: string) => string;
  readonly address: (node: string) => string;
  readonly mac: (node: string) => string;
  /** Pull a node's cable or plug it in. The node itself sees it too, as with a real cable; it sends nothing. */
  readonly link: (node: string, state: 'up' | 'down') => void;
  readonly remove: () => void;
}

let networks = 0;

/** Run a program that must succeed; its standard output. */
export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** @param nodes get 198.18.64.11, .12 and so on on `eth0` */
export function createNetwork(nodes: readonly string[]): Network {
  networks += 1;
  const prefix = `dbssit${String(process.pid)}n${String(networks)}`;
  const namespace = (node: string): string => `${prefix}-${node}`;
  const port = (node: string): string => `p${String(nodes.indexOf(node))}`;
  const address = (node: string): string => `198.18.64.${String(11 + nodes.indexOf(node))}`;
  const theSwitch = `${prefix}-switch`;
  const remove = (): void => {
    const existing = run('ip', 'netns', 'list');
    for (const name of [...nodes.map(namespace), theSwitch]) if (existing.includes(name)) run('ip', 'netns', 'del', name);
  };
  try {
    run('ip', 'netns', 'add', theSwitch);
    run('ip', '-n', theSwitch, 'link', 'add', 'sw', 'type', 'bridge');
    run('ip', '-n', theSwitch, 'link', 'set', 'sw', 'up');
    for (const node of nodes) {
      const name = namespace(node);
      run('ip', 'netns', 'add', name);
      run('ip', '-n', theSwitch, 'link', 'add', port(node), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      run('ip', '-n', theSwitch, 'link', 'set', port(node), 'master', 'sw', 'up');
      run('ip', '-n', name, 'link', 'set', 'lo', 'up');
      run('ip', '-n', name, 'addr', 'add', `${address(node)}/24`, 'brd', '+', 'dev', 'eth0');
      run('ip', '-n', name, 'link', 'set', 'eth0', 'up');
    }
  } catch (error) {
    remove();
    throw error;
  }
  return {
    namespace,
    switchNamespace: theSwitch,
    port,
    address,
    mac: (node) => run('ip', 'netns', 'exec', namespace(node), 'cat', '/sys/class/net/eth0/address').trim(),
    link: (node, state) => {
      run('ip', '-n', theSwitch, 'link', 'set', port(node), state);
    },
    remove,
  };
}
