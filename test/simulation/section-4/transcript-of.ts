import type { Method } from '@dbss/agent/protocol/method/method.ts';
import type { ScenarioResult } from '../../../cli/src/simulator/run-scenario.ts';
import type { Section4Scenario } from './scenario-of.ts';

const KINDS: Readonly<Record<Method, string>> = { ring: 'Ring', p2p: 'P2P group', dedicated: 'Group' };

const WIDTH = 100;
/** Of the transcript's clock in milliseconds: when the world began. */
const WORLD_START_MS = 1_000_000_000;

/** A transcript with what the paper says before it and what clients saw after it. */
export function transcriptOf({ of, promise, scenario }: Section4Scenario, { transcript, outages, violations }: ScenarioResult): string {
  const { preferredHosts = [] } = scenario;
  const time = (at_ms: number): string => ((at_ms - WORLD_START_MS) / 1000).toFixed(2);
  const ring = `${KINDS[scenario.method?.method ?? 'ring']} ${scenario.names.join(' ')}; most room: ${preferredHosts.join(', ') || 'all alike'}. Seconds, server, line of its system log.`;
  const served = outages.map(({ server, from_ms, to_ms, servedBy }) =>
    to_ms === undefined
      ? `Nobody served ${server} from ${time(from_ms)} on.`
      : `Nobody served ${server} from ${time(from_ms)} to ${time(to_ms)} (${((to_ms - from_ms) / 1000).toFixed(2)} s), then ${servedBy ?? ''}.`,
  );
  const end =
    violations.length === 0 ? ['In the end everything is as it was generated.'] : violations.map(({ what }) => `Not kept: ${what}.`);
  return [
    ...[of, ...wrap(promise), ring].map((line) => `# ${line}`),
    ...transcript,
    ...[...served, ...end].map((line) => `# ${line}`),
    '',
  ].join('\n');
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line.length + word.length >= WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
