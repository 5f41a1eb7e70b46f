import { setTimeout as sleep } from 'node:timers/promises';
import type { FencingDevice } from '../../configuration/agent-configuration.ts';
import { runFenceAgent, type FenceAgentResult } from './run-fence-agent.ts';

/** What `status` of Debian's agents ends with: 0 on, 2 off, anything else a failure. */
const OFF = 2;
const LOOK_EVERY_MS = 500;
const LIMIT_MS = 60_000;

/** It is not known that the machine is off. */
class FencingFailed extends Error {
  override readonly name = 'FencingFailed';
}

/**
 * Switch a server off and see that it is off: the device is asked for its state until it says so, whatever the agent said of its own success. To
 * claim that a machine is off that is not would let two hold one address.
 *
 * @param device undefined: the inventory names none
 * @param limit_ms for all of it; real devices take some ten seconds for a server that does not listen
 * @throws FencingFailed when it was not seen to be off by then, in words without the device's parameters; the server may be off all the same
 */
export async function fence(device: FencingDevice | undefined, server: string, limit_ms = LIMIT_MS): Promise<void> {
  if (device === undefined) throw new FencingFailed(`${server} has no fencing device (dbss_fencing)`);
  const end_ms = performance.now() + limit_ms;
  const left_ms = (): number => end_ms - performance.now();
  const order = await run(server, device, 'off', limit_ms);
  if (order.exit_code !== 0) throw failed(server, device, `action off ${endOf(order, device)}`);
  let last = 'it was not asked for its state';
  while (left_ms() > 0) {
    const state = await run(server, device, 'status', left_ms());
    // Other programs end with 2 when they do not understand what they are told: it has to say so as well.
    if (state.exit_code === OFF && /\boff\b/i.test(state.output)) return;
    last = `action status ${endOf(state, device)}`;
    if (left_ms() > LOOK_EVERY_MS) await sleep(LOOK_EVERY_MS);
    else break;
  }
  throw failed(server, device, `it was told to be off and not seen to be within ${limit_ms} ms: ${last}`);
}

async function run(server: string, device: FencingDevice, action: 'off' | 'status', timeout_ms: number): Promise<FenceAgentResult> {
  try {
    return await runFenceAgent(device, action, timeout_ms);
  } catch (cause) {
    throw new FencingFailed(`${server} could not be fenced`, { cause });
  }
}

function failed(server: string, device: FencingDevice, what: string): FencingFailed {
  return new FencingFailed(`${server} could not be fenced by ${device.agent}: ${what}`);
}

function endOf({ exit_code, output }: FenceAgentResult, device: FencingDevice): string {
  // An agent may repeat what it was given, passwords included.
  const told = Object.values(device.parameters).reduce((text, value) => (value === '' ? text : text.replaceAll(value, '…')), output);
  const words = told
    .trim()
    .replaceAll(/\s*\n\s*/g, '; ')
    .slice(0, 300);
  const end = exit_code === undefined ? 'did not end in time' : `ended with exit code ${exit_code}`;
  return words === '' ? end : `${end}: ${words}`;
}
