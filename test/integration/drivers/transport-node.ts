/** One server's transport, which answers every call with `done`. Arguments: JSON of its options, directory of its keys, its datagrams' key. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Transport } from '../../../agent/src/effects/transport/transport.ts';
import { readSemIdentity } from '../../../agent/src/effects/transport/sem-identity.ts';
import type { Answer, Request } from '../../../agent/src/protocol/sem/messages.ts';
import { keysReport, readAgentKeys } from '../../../agent/src/runtime/agent-keys.ts';
import { serveCommands } from './serve-commands.ts';

interface Options {
  readonly self: { readonly name: string; readonly address: string };
  readonly peers: readonly { readonly name: string; readonly address: string }[];
}

const { self, peers } = JSON.parse(process.argv[2] ?? '') as Options;
const calls: { from: string; kind: string }[] = [];
const transport = new Transport({
  self,
  peers,
  port: 7410,
  identity: readSemIdentity(process.argv[3] ?? ''),
  report: (text) => process.stderr.write(`${text}\n`),
  onCall: (call, from, request) => {
    calls.push({ from, kind: request.kind });
    // A virtual server takes its time: this is the request that stays open.
    const delay_ms = request.kind === 'create-virtual-server' ? 1_500 : 0;
    const answer: Answer = request.kind === 'hello' ? { kind: 'refused', reason: 'x'.repeat(200_000) } : { kind: 'done' };
    setTimeout(() => transport.answer(call, answer), delay_ms);
  },
});
await transport.listen();

/** Calls to every peer without a pause, and those that failed: not those that a busy machine answered late. */
const steady = { calls: 0, failures: [] as string[] };
const keepCalling = async (peer: string): Promise<never> => {
  for (;;) {
    steady.calls += 1;
    await transport.call(peer, { kind: 'state' }, 10_000).catch((error: unknown) => steady.failures.push(String(error)));
    await sleep(10);
  }
};

serveCommands({
  call: async (to: string, request: Request, timeout_ms: number) => {
    const started_ms = performance.now();
    let answer: Answer | undefined;
    let reason: string | undefined;
    try {
      answer = await transport.call(to, request, timeout_ms);
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    return { answer, reason, elapsed_ms: performance.now() - started_ms };
  },
  keepCalling: () => {
    for (const { name } of peers) void keepCalling(name);
  },
  steady: () => steady,
  calls: () => calls,
  refused: (): Record<string, number> =>
    Object.fromEntries(transport.refused().map(({ labels, value }) => [String(labels['kind']), value] as const)),
  renew: () => transport.renewIdentity(readSemIdentity(process.argv[3] ?? '')),
  report: () =>
    keysReport(readAgentKeys({ tls: process.argv[3] ?? '', datagramKeys: process.argv[4] ?? '', procedureKeys: process.argv[5] ?? '' })),
  checkPeers: () => transport.checkPeers(3_000),
  rss_mb: () => process.memoryUsage.rss() / 1_048_576,
});
