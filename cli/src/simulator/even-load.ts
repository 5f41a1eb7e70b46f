import type { LoadSample } from '@dbss/agent/protocol/load/load-sample.ts';

/** Load of a server in a world where none was given: all have much room, those with longer names a little more. */
export function evenLoad(server: string): LoadSample {
  return { available_memory_kb: 4_000_000 + server.length, cpu_idle_percent: 380, network_kb_s: 10 };
}
