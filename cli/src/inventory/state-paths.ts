import path from 'node:path';

/** Absolute paths of everything that dbssctl keeps beside an inventory (docs/architecture.md). Nothing of it is in git. */
export interface StatePaths {
  /** `<inventory dir>/.dbss/<inventory file name without .yml>`, mode 0700. */
  readonly root: string;
  readonly generated: string;
  readonly management: string;
  readonly managementData: string;
  readonly procedures: string;
  readonly procedure: (server: string) => string;
  readonly hosts: string;
  readonly host: (server: string) => string;
  /** What `dbssctl image build` made for this inventory. */
  readonly originalServer: string;
  readonly keys: string;
  readonly sshKey: string;
  readonly sshPublicKey: string;
  readonly knownHosts: string;
  readonly caCertificate: string;
  readonly caKey: string;
  /** In a directory of their own: a server may be called `ca`. */
  readonly serverCertificates: string;
  readonly serverCertificate: (server: string) => string;
  readonly serverKey: (server: string) => string;
  /** Secrets that authenticate the ring's datagrams. */
  readonly datagramKeys: string;
  /** Secrets that installation procedure files are encrypted with. */
  readonly procedureKeys: string;
  /** Where an unfinished rotation of the keys stands; missing when there is none. */
  readonly rotation: string;
  /** One secret of a fencing device, put there by the administrator. */
  readonly fencingSecret: (name: string) => string;
  readonly secrets: string;
  readonly hostKeys: string;
  readonly hostKey: (machine: string) => string;
  readonly hostPublicKey: (machine: string) => string;
  readonly sshConfig: string;
  /** What the last bootstrap finished. */
  readonly bootstrap: string;
  /** Recoveries that `dbssctl ring recoveries` measured last. */
  readonly recoveries: string;
}

/** @param inventoryPath path of the inventory file, absolute or from the working directory; it need not exist */
export function statePaths(inventoryPath: string): StatePaths {
  const file = path.resolve(inventoryPath);
  // The same as Ansible's `inventory_dir` and `inventory_file | basename | splitext | first`.
  const root = path.join(path.dirname(file), '.dbss', path.basename(file, path.extname(file)));
  const generated = path.join(root, 'generated');
  const management = path.join(generated, 'management');
  const procedures = path.join(generated, 'procedures');
  const hosts = path.join(generated, 'hosts');
  const keys = path.join(root, 'keys');
  const serverCertificates = path.join(keys, 'servers');
  const hostKeys = path.join(keys, 'hostkeys');
  return {
    root,
    generated,
    management,
    managementData: path.join(management, 'data'),
    procedures,
    procedure: (server) => path.join(procedures, `${server}.procedure`),
    hosts,
    host: (server) => path.join(hosts, server),
    originalServer: path.join(root, 'original-server'),
    keys,
    sshKey: path.join(keys, 'id_ed25519'),
    sshPublicKey: path.join(keys, 'id_ed25519.pub'),
    knownHosts: path.join(keys, 'known_hosts'),
    caCertificate: path.join(keys, 'ca.pem'),
    caKey: path.join(keys, 'ca.key'),
    serverCertificates,
    serverCertificate: (server) => path.join(serverCertificates, `${server}.pem`),
    serverKey: (server) => path.join(serverCertificates, `${server}.key`),
    datagramKeys: path.join(keys, 'datagram.key'),
    procedureKeys: path.join(keys, 'procedure.key'),
    rotation: path.join(keys, 'rotation.json'),
    fencingSecret: (name) => path.join(keys, 'fencing', name),
    secrets: path.join(keys, 'secrets.json'),
    hostKeys,
    hostKey: (machine) => path.join(hostKeys, machine, 'ssh_host_ed25519_key'),
    hostPublicKey: (machine) => path.join(hostKeys, machine, 'ssh_host_ed25519_key.pub'),
    sshConfig: path.join(root, 'ssh_config'),
    bootstrap: path.join(root, 'bootstrap.json'),
    recoveries: path.join(root, 'recoveries.json'),
  };
}

/** Directory of what is slow to make, by content hash: `$DBSS_CACHE`, else `/var/cache/dbss`. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['DBSS_CACHE'];
  return given === undefined || given === '' ? '/var/cache/dbss' : path.resolve(given);
}
