/**
 * Does a client's work as an agent does, in a process of its own. It is bundled and put beside the built `client-work.mjs`, since with the flags of an agent Node reads no TypeScript.
 * Arguments: the work as JSON, and its time limit in milliseconds. Writes what came of it as JSON.
 */
import { ConnectionRefused } from '../../../agent/src/effects/service-check/connection-refused.ts';
import type { ClientWork } from '../../../agent/src/effects/service-check/work/client-work.ts';
import { workInChild } from '../../../agent/src/effects/service-check/work/work-in-child.ts';

/** What came of a client's work. */
export interface WorkResult {
  /** What was wrong; null when nothing was. */
  readonly reason: string | null;
  readonly refused: boolean;
  /** Whether this process could do what ssh2 needs itself. */
  readonly knowsWebAssembly: boolean;
}

const [work = '', timeout_ms = ''] = process.argv.slice(2);
const knowsWebAssembly = 'WebAssembly' in globalThis;
const result = await workInChild(JSON.parse(work) as ClientWork, Number(timeout_ms)).then(
  (): WorkResult => ({ reason: null, refused: false, knowsWebAssembly }),
  (error: unknown): WorkResult => ({
    reason: error instanceof Error ? error.message : String(error),
    refused: error instanceof ConnectionRefused,
    knowsWebAssembly,
  }),
);
process.stdout.write(JSON.stringify(result));
