/** The effects that need nothing but a network. Argument: the interface for virtual addresses. */
import { createSocket } from 'node:dgram';
import { checkService } from '../../../agent/src/effects/service-check/check-service.ts';
import { LoadMeter } from '../../../agent/src/effects/load-meter/load-meter.ts';
import { ping } from '../../../agent/src/effects/ping/ping.ts';
import { VirtualAddresses } from '../../../agent/src/effects/virtual-address/virtual-addresses.ts';
import { wakeOnLan } from '../../../agent/src/effects/wake-on-lan/wake-on-lan.ts';
import type { ProbeName } from '../../../agent/src/protocol/ring/ring-configuration.ts';
import { serveCommands } from './serve-commands.ts';

const networkInterface = process.argv[2] ?? 'eth0';
const addresses = new VirtualAddresses(networkInterface, (problem) => process.stderr.write(`${problem}\n`));
const meter = new LoadMeter(networkInterface);
const datagrams: { from: string; hex: string }[] = [];
const listener = createSocket('udp4').on('message', (data, { address }) => {
  datagrams.push({ from: address, hex: data.toString('hex') });
});

/** How long something took, and how it ended. */
async function timed(work: Promise<unknown>): Promise<{ elapsed_ms: number; reason: string | undefined }> {
  const started_ms = performance.now();
  const reason = await work.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return { elapsed_ms: performance.now() - started_ms, reason };
}

listener.bind(9, () => {
  serveCommands({
    ping: (address: string, timeout_ms: number) => timed(ping(address, timeout_ms)),
    check: (address: string, probe: ProbeName, port: number, timeout_ms: number) =>
      timed(checkService(address, { daemon: 'tested', probe, port }, timeout_ms)),
    wake: (mac: string, broadcasts: string[]) => wakeOnLan(mac, broadcasts),
    datagrams: () => datagrams,
    add: (address: string, prefix_length: number) => timed(addresses.add(address, prefix_length)),
    remove: (address: string) => timed(addresses.remove(address)),
    addThenRemove: async (address: string, prefix_length: number) => {
      await Promise.all([addresses.add(address, prefix_length), addresses.remove(address)]);
    },
    held: () => addresses.held(),
    load: () => meter.sample(),
  });
});
