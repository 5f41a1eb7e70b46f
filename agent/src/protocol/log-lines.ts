/**
 * The system log's words (§5.2, Fig. 14), in the order in which a recovery writes them. The clock time goes before each line when it is written;
 * background lines get `__`. `dbssctl ring recoveries` reads the same words back with `parseLogLine`.
 */

const seconds = (duration_ms: number): string => (duration_ms / 1000).toFixed(2);

export const logLines = {
  /** The seconds of the interval, and `Wait`, of Fig. 14. */
  second: (number: number): string => String(number),
  wait: (): string => 'Wait',

  dbssStarted: (dbss: string): string => `${dbss} started`,
  dbssTerminated: (dbss: string, why: string): string => `${dbss} terminated: ${why}`,
  heartbeatMissing: (dbss: string, server: string): string => `${dbss} Heartbeat of ${server} is missing`,

  networkProblemDetected: (dbss: string, duration_ms: number): string =>
    `${dbss} Network problem detected (examination ${seconds(duration_ms)} s)`,
  serviceProblemDetected: (dbss: string, duration_ms: number, services: string): string =>
    `${dbss} Service problem detected (examination ${seconds(duration_ms)} s): ${services}`,
  networkProblemReexamined: (dbss: string): string => `${dbss} Network problem reexamined: abnormal`,
  serviceProblemReexamined: (dbss: string): string => `${dbss} Service problem reexamined: abnormal`,
  ownNetworkInDoubt: (dbss: string): string =>
    `${dbss} Neither the gateway nor another server answers: this server's own network is in doubt, nothing is taken over`,
  storageInDoubt: (dbss: string, reason: string): string =>
    `${dbss} The shared storage is in doubt (${reason}): a virtual server could not do without it either, nothing is taken over`,
  massFailure: (dead: readonly string[], members: number): string =>
    `More than half of the group looks dead (${dead.join(' ')} of ${String(members)}): nothing is taken over`,
  massFailureOver: (): string => 'Most of the group is heard again',
  otherOpinion: (dbss: string, server: string): string => `${dbss} Abnormal from here, but normal for ${server}: left alone`,
  verdictTooOld: (dbss: string, age_ms: number): string =>
    `${dbss} The reexamination has taken ${seconds(age_ms)} s, longer than it can: examined once more`,
  leftToManager: (dbss: string, manager: string): string => `${dbss} Left to ${manager}, which manages the target`,
  awaitsFirstManager: (dbss: string, manager: string): string =>
    `${dbss} Priority 2: waiting for U.file or D.file of ${manager}, which recovers the target`,
  actsWithPriority1: (dbss: string, manager: string): string => `${dbss} ${manager} is abnormal: acting with priority 1 in its place`,
  uFileReceived: (dbss: string, from: string): string => `${dbss} U.file received from ${from}: target server is monitored again`,
  normalByReexamination: (dbss: string): string => `${dbss} Reexamined: normal`,

  creationStarted: (dbss: string, virtualServer: string, host: string, selectionValue: number): string =>
    `${dbss} Virtual server creation started: ${virtualServer}@${host} (selection value ${selectionValue.toFixed(2)})`,
  creationCompleted: (dbss: string, virtualServer: string, host: string, resume_ms: number, installation_ms: number): string =>
    `${dbss} Virtual server creation completed: ${virtualServer}@${host} (resume ${seconds(resume_ms)} s, installation ${seconds(installation_ms)} s)`,
  creationFailed: (dbss: string, virtualServer: string, host: string, reason: string): string =>
    `${dbss} Virtual server creation failed: ${virtualServer}@${host}: ${reason}`,
  noHost: (dbss: string): string => `${dbss} No management server can create the virtual server; trying again`,
  allHostsFailed: (dbss: string, hosts: string, pause_ms: number): string =>
    `${dbss} Every host has failed to create the virtual server (${hosts}): they try again in ${seconds(pause_ms)} s, another one at once`,
  hostLost: (dbss: string, virtualServer: string, host: string): string =>
    `${dbss} Virtual server ${virtualServer}@${host} is lost: its host is out of the group`,
  virtualServerAbnormal: (dbss: string, virtualServer: string, host: string, services: string): string =>
    `${dbss} Virtual server ${virtualServer}@${host} does not serve: ${services}`,
  functionRecovered: (dbss: string, virtualServer: string, host: string, vip: string): string =>
    `${dbss} Server function recovered: virtual IP address ${vip} set on ${virtualServer}@${host}`,

  addressHeld: (dbss: string, holder: string): string =>
    `${dbss} The address is held by ${holder}, say the voters: it is asked once more to give it up, and nothing is taken from it`,
  fencing: (dbss: string, server: string): string =>
    `${dbss} ${server} does not give the address up: it is being switched off by its fencing device`,
  fenced: (dbss: string, server: string): string => `${dbss} ${server} is off, verified by its fencing device`,
  notFenced: (dbss: string, server: string, reason: string): string =>
    `${dbss} ${server} is not known to be off (${reason}): its address stays with it until its lease ends; switch it off by hand if it is out of order`,
  recoveryJobStarted: (dbss: string): string => `${dbss} Target server recovery job started`,
  recoveryResumed: (dbss: string): string => `${dbss} Recovery taken up again`,
  hasRestarted: (dbss: string): string => `${dbss} Target server has restarted by itself`,
  restartAccepted: (dbss: string): string => `${dbss} Target server is restarting`,
  restartUnanswered: (dbss: string): string => `${dbss} Target server does not answer the restart request; waiting for a restart`,
  stopCondition: (dbss: string): string => `${dbss} Target server is in a stop condition: forcible start by Wake-on-LAN`,
  startedNormally: (dbss: string): string => `${dbss} Target server started normally: up.file`,
  notRecovered: (dbss: string): string => `${dbss} Target server is not recovered: down.file`,
  wentAgain: (dbss: string): string => `${dbss} Separated target server was up and is not heard any more`,
  givenUpWatched: (dbss: string): string => `${dbss} Target server that was given up is watched, and its virtual server`,
  heldDown: (dbss: string, returns: number, wait_ms: number, target: string): string =>
    `${dbss} Target server was returned ${String(returns)} times lately: held back for ${String(Math.round(wait_ms / 60_000))} min ` +
    `(dbssctl ring return ${target} returns it at once)`,
  returnedByHand: (dbss: string): string => `${dbss} Return ordered by the operator`,
  startedTooOften: (dbss: string): string => `${dbss} Target server was started too often lately: left alone until it is well by itself`,
  servesAlready: (dbss: string, virtualServer: string, host: string): string =>
    `${dbss} Virtual server ${virtualServer}@${host} serves for the target already`,
  waitsForFiles: (dbss: string): string => `${dbss} Target server waits for the management files`,
  daemonsStarted: (dbss: string, daemons: string): string => `${dbss} Target server is up without its services; starting ${daemons}`,

  targetRecovered: (dbss: string, vip: string, target: string): string =>
    `${dbss} Target server recovered: virtual IP address ${vip} set on ${target}`,
  returnFailed: (dbss: string, step: string, reason: string): string => `${dbss} Return to normal failed at ${step}: ${reason}`,
  filesSent: (dbss: string, target: string): string => `${dbss} Management files sent to ${target}`,
  flagSent: (dbss: string, target: string): string => `${dbss} Flag file sent to ${target}`,
  standbyLost: (): string => 'Standby lost, its emulator has ended: it is made anew',
  standbySuspended: (): string => 'Standby suspended',
  standbyFailed: (reason: string): string => `Standby cannot be suspended: ${reason}`,
  virtualServerActive: (virtualServer: string, resume_ms: number, installation_ms: number): string =>
    `Virtual server ${virtualServer} created here (resume ${seconds(resume_ms)} s, installation ${seconds(installation_ms)} s)`,
  virtualServerSuperseded: (virtualServer: string, host: string): string =>
    `Virtual server ${virtualServer} is on ${host} now, says the problem file: discarded here`,
  virtualServerUnneeded: (virtualServer: string): string => `Virtual server ${virtualServer} is not in the problem file: discarded`,
  virtualServerDiscarded: (virtualServer: string): string => `Virtual server ${virtualServer} discarded`,

  filesAcquired: (): string => 'Management files acquired',
  programStarted: (): string => 'Flag file detected: management program started',
  programTerminated: (): string => 'Flag file deleted: management program terminated',
  ownAddressSet: (vip: string): string => `Virtual IP address ${vip} set here`,
  addressAnswered: (vip: string, mac: string): string =>
    `Machine ${mac} answers for virtual IP address ${vip} on the service network: set here all the same`,
  ownAddressReleased: (vip: string): string => `Virtual IP address ${vip} released here`,
  ownAddressFailed: (vip: string, reason: string): string => `Virtual IP address ${vip} not changed here: ${reason}`,
  addressRefused: (vip: string, holder: string, remaining_ms: number): string =>
    `Virtual IP address ${vip} is held by ${holder} for ${seconds(remaining_ms)} s at least, says a voter: asking again`,
  steppedDown: (by: string): string => `Separated from the group, say ${by}: waiting for new management files`,
  restartOverdue: (): string => 'This server was to restart and has not: it goes on, and restarts when it is asked again',
  restartRequested: (from: string): string => `Restart requested by ${from}`,
  restartWaits: (epoch: number, present: readonly string[], group: readonly string[]): string =>
    `No management files; a copy of epoch ${String(epoch)} is on disk. Of its group (${group.join(' ')}) ${present.join(' ')} are up` +
    (present.length * 2 > group.length ? ', a majority' : `: waiting for more than half of it`),
  ringRestarts: (epoch: number, servers: readonly string[]): string =>
    `The ring starts again from the copy of epoch ${String(epoch)} on ${servers.join(' ')}`,
  ownAddressTaken: (vip: string): string => `Somebody answers at this server's virtual IP address ${vip}: not taken`,
  scriptNotRun: (server: string, script: string, reason: string): string =>
    `${script} is not run on ${server}: ${reason}. What it examines counts as normal from here until it is run; it has to lie on every server under this name, ` +
    `be executable and root's, and nobody else may write to it or to a directory above it`,
  standbyTrouble: (reason: string): string => `Standby of this server: ${reason}`,
  scriptRun: (server: string, script: string): string => `${script} is run on ${server} now`,
  filesRepaired: (from: string): string => `Management files repaired: ${from} knew newer records`,
  editDropped: (to: string, limit: number): string => `More than ${String(limit)} edits wait for ${to}: the oldest was dropped`,
  effectFailed: (what: string, reason: string): string => `${what} failed: ${reason}`,
} as const;

/** Lines that a recovery is measured by, with the regular expression that reads each back. */
const MEASURED = {
  networkProblemDetected: /^(DBSS_\S+) Network problem detected \(examination ([\d.]+) s\)$/,
  serviceProblemDetected: /^(DBSS_\S+) Service problem detected \(examination ([\d.]+) s\): .+$/,
  networkProblemReexamined: /^(DBSS_\S+) Network problem reexamined: abnormal$/,
  serviceProblemReexamined: /^(DBSS_\S+) Service problem reexamined: abnormal$/,
  normalByReexamination: /^(DBSS_\S+) Reexamined: normal$/,
  otherOpinion: /^(DBSS_\S+) Abnormal from here, but normal for .+: left alone$/,
  ownNetworkInDoubt: /^(DBSS_\S+) Neither the gateway nor another server answers: .+$/,
  storageInDoubt: /^(DBSS_\S+) The shared storage is in doubt \(.*$/,
  verdictTooOld: /^(DBSS_\S+) The reexamination has taken [\d.]+ s, longer than it can: examined once more$/,
  leftToManager: /^(DBSS_\S+) Left to .+, which manages the target$/,
  awaitsFirstManager: /^(DBSS_\S+) Priority 2: waiting for U\.file or D\.file of (\S+), which recovers the target$/,
  creationStarted: /^(DBSS_\S+) Virtual server creation started: (\S+)@(\S+) \(selection value [-\d.]+\)$/,
  creationCompleted: /^(DBSS_\S+) Virtual server creation completed: (\S+)@(\S+) \(resume ([\d.]+) s, installation ([\d.]+) s\)$/,
  functionRecovered: /^(DBSS_\S+) Server function recovered: virtual IP address \S+ set on (\S+)@(\S+)$/,
  recoveryJobStarted: /^(DBSS_\S+) Target server recovery job started$/,
  recoveryResumed: /^(DBSS_\S+) Recovery taken up again$/,
  restartAccepted: /^(DBSS_\S+) Target server is restarting$/,
  stopCondition: /^(DBSS_\S+) Target server is in a stop condition: forcible start by Wake-on-LAN$/,
  startedNormally: /^(DBSS_\S+) Target server started normally: up\.file$/,
  notRecovered: /^(DBSS_\S+) Target server is not recovered: down\.file$/,
  targetRecovered: /^(DBSS_\S+) Target server recovered: virtual IP address \S+ set on (\S+)$/,
  filesSent: /^(DBSS_\S+) Management files sent to (\S+)$/,
  flagSent: /^(DBSS_\S+) Flag file sent to (\S+)$/,
} as const satisfies Partial<Record<keyof typeof logLines, RegExp>>;

export type MeasuredLine = keyof typeof MEASURED;

export interface ParsedLogLine {
  readonly kind: MeasuredLine;
  readonly dbss: string;
  /** Further fields of the line in their order: durations in seconds, virtual server, host, target. */
  readonly fields: readonly string[];
}

/** Reads a log line's text (without clock time and `__`); `undefined` for lines that no recovery is measured by. */
export function parseLogLine(text: string): ParsedLogLine | undefined {
  for (const kind of Object.keys(MEASURED) as MeasuredLine[]) {
    const match = MEASURED[kind].exec(text);
    if (match !== null) return { kind, dbss: match[1] ?? '', fields: match.slice(2) };
  }
  return undefined;
}
