import type { RingConfiguration, RingServer, Service } from './ring-configuration.ts';

export function ringServer(configuration: RingConfiguration, name: string): RingServer | undefined {
  return configuration.servers.find((server) => server.name === name);
}

/** How a daemon of a server's management data is examined. */
export function serviceOf(configuration: RingConfiguration, server: string, daemon: string): Service | undefined {
  return ringServer(configuration, server)?.services.find((service) => service.daemon === daemon);
}
