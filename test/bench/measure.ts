/**
 * Measures what the README promises of size and speed: `npm run measure`. Exit code 1 when a promise is broken.
 * The agents are measured when the lab of the last bootstrap runs.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const HELP_MAX_S = 0.2;
const AGENT_RSS_MAX_MB = 70;
const HELP_RUNS = 11;
const READ_RSS_KB = "sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$(systemctl show -p MainPID --value dbss-agent)/status";

const dbssctl = path.resolve(import.meta.dirname, '../../cli/bin/dbssctl');
const broken = [...measureHelp(), ...measureAgents()];
process.exitCode = broken.length === 0 ? 0 : 1;

/** Wall time of `dbssctl --help` as a shell sees it, after one run that warms the page cache. */
function measureHelp(): readonly string[] {
  run(['--help']);
  const times_s = Array.from({ length: HELP_RUNS }, () => {
    const started_ms = performance.now();
    run(['--help']);
    return (performance.now() - started_ms) / 1000;
  }).sort((a, b) => a - b);
  const median_s = times_s[Math.floor(HELP_RUNS / 2)] ?? Number.NaN;
  const [fastest_s, slowest_s] = [times_s[0] ?? Number.NaN, times_s.at(-1) ?? Number.NaN];
  say(
    `dbssctl --help: ${median_s.toFixed(3)} s (median of ${HELP_RUNS}, ${fastest_s.toFixed(3)}-${slowest_s.toFixed(3)}; promised < ${HELP_MAX_S} s)`,
  );
  return median_s < HELP_MAX_S ? [] : ['help'];
}

/** Resident memory of the agent on every server of the lab. */
function measureAgents(): readonly string[] {
  const servers = runningServers();
  if (servers === undefined) {
    say('idle agent: not measured, no lab is running; start one with npm run lab');
    return [];
  }
  return servers.filter((server) => {
    const rss_mb = Number(run(['lab', 'exec', server, '--', 'sh', '-c', READ_RSS_KB])) / 1024;
    say(`idle agent on ${server}: ${rss_mb.toFixed(1)} MB resident (promised < ${AGENT_RSS_MAX_MB} MB)`);
    return !(rss_mb < AGENT_RSS_MAX_MB);
  });
}

function runningServers(): readonly string[] | undefined {
  try {
    const ring = JSON.parse(run(['ring', 'show', '--json'])) as { servers: readonly { name: string }[] };
    return ring.servers.map(({ name }) => name);
  } catch (error) {
    say(`dbssctl ring show: ${String(error).split('\n', 1)[0] ?? ''}`);
    return undefined;
  }
}

function run(words: readonly string[]): string {
  return execFileSync(dbssctl, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
