import { at, FIGURE_10, FIGURE_13, plug, scenarioOf, type Section4Scenario, stopped } from './scenario-of.ts';

/** What holds today. Each has a golden transcript, readable beside the paper. */
export const SCENARIOS: readonly Section4Scenario[] = [
  {
    name: 'fig-10a',
    of: 'Fig. 10(a)',
    promise:
      'S2 fails: DBSS_S2_S1 detects it, starts DBSS_S3_S1 by dynamic management extension, creates S2b on S6, which has the largest selection value, and sets the virtual IP address. When S2 is recovered, (M1) returns to M1.',
    scenario: scenarioOf([plug('s2')]),
  },
  {
    name: 'fig-10a-given-up',
    of: 'Fig. 10(a)',
    promise:
      'It is too difficult to recover S2: DBSS_S2_S1 is terminated. Somebody repairs S2 ten minutes later, and it is in the ring again.',
    scenario: scenarioOf([plug('s2', 0, 600_000)]),
  },
  {
    name: 'fig-10b',
    of: 'Fig. 10(b)',
    promise:
      'S2 and S3 fail at the same time: DBSS_S2_S1 knows both failures before external monitoring and starts DBSS_S3_S1 and DBSS_S4_S1. S2b and S3b are created by DBSS_S2_S1 and DBSS_S3_S1.',
    scenario: scenarioOf([plug('s2'), plug('s3')]),
  },
  {
    name: 'fig-10c',
    of: 'Fig. 10(c)',
    promise: 'S2, S3 and S4 fail at the same time: DBSS_S3_S1, DBSS_S4_S1 and DBSS_S5_S1 are started, and S2b, S3b and S4b are created.',
    scenario: scenarioOf([plug('s2'), plug('s3'), plug('s4')]),
  },
  {
    name: 'fig-11a-11b',
    of: 'Fig. 11(a) and (b)',
    promise:
      'After Fig. 10(b) only S2 is recovered: DBSS_S4_S1 is terminated by automatic connection selection and DBSS_S4_S2 is started. Then S3 is recovered: DBSS_S3_S1 and DBSS_S4_S2 are terminated, and DBSS_S3_S2 is started.',
    scenario: scenarioOf([plug('s2'), plug('s3', 0, 95_000)]),
  },
  {
    name: 'fig-15',
    of: 'Fig. 15',
    promise: 'mail, ftp and web1 are shut down at the same time: login detects all three and recovers ftp, web1 and mail.',
    scenario: scenarioOf([plug('mail'), plug('ftp'), plug('web1')], ['web2', 'proxy', 'login'], FIGURE_13),
  },
  {
    name: 'table-2-network',
    of: 'Table 2, Fig. 14',
    promise: 'Nt: the target server is shut down. Its function is recovered by a virtual server, the target by Wake-on-LAN.',
    scenario: scenarioOf([plug('ftp')], ['login'], FIGURE_13),
  },
  {
    name: 'table-2-service',
    of: 'Table 2',
    promise: 'St: the service program of the target server fails. Its function is recovered by a virtual server, the target by a restart.',
    scenario: scenarioOf([stopped('ftp')], ['login'], FIGURE_13),
  },
  {
    name: 'table-2-two-services',
    of: 'Table 2',
    promise: 'The services of two servers fail at the same time (St and St): both functions are recovered, both servers are restarted.',
    scenario: scenarioOf([stopped('ftp'), stopped('web1')], ['login'], FIGURE_13),
  },
  {
    name: 'table-2-network-and-service',
    of: 'Table 2',
    promise: 'A network and a service problem at the same time (Nt and St).',
    scenario: scenarioOf([plug('ftp'), stopped('web1')], ['login'], FIGURE_13),
  },
  {
    name: 'two-not-adjacent',
    of: '§4.2',
    promise: 'Two servers fail that do not manage each other: each is recovered by its own manager. They return one after the other.',
    scenario: scenarioOf([plug('s2'), plug('s5', 0, 200_000)]),
  },
  {
    name: 'manager-and-target',
    of: '§4.2',
    promise: 'A server and its manager fail at the same time: the manager before them recovers both.',
    scenario: scenarioOf([plug('s1'), plug('s2')]),
  },
  {
    name: 'manager-dies-during-detection',
    of: '§4.2',
    promise: 'The manager dies while it examines its failed target again: its own manager finds both in the next interval.',
    scenario: scenarioOf([plug('s2'), plug('s1', 8000)]),
  },
  {
    name: 'manager-dies-during-service-recovery',
    of: '§4.2',
    promise: 'The manager dies while its target, whose service failed, restarts: the next manager takes the recovery up and returns it.',
    scenario: scenarioOf([stopped('s2'), plug('s1', 9500)]),
  },
  {
    name: 'host-dies-during-creation',
    of: '§4.2',
    promise: 'The host dies while it creates the virtual server: the next best host creates it.',
    scenario: scenarioOf([stopped('s2'), plug('s6', 6500)]),
  },
  {
    name: 'next-dies-during-recovery',
    of: '§4.2',
    promise: 'The target of the failed target fails during its recovery: the same manager recovers both.',
    scenario: scenarioOf([plug('s2'), plug('s3', 20_000)]),
  },
  {
    name: 'target-dies-during-boot',
    of: '§4.2',
    promise: 'The target dies again while it boots: it is started again.',
    scenario: scenarioOf([plug('s2'), plug('s2', 85_000)]),
  },
  {
    name: 'target-dies-during-return',
    of: '§4.3, A6',
    promise: 'The target dies again while it gets its address and its files back: it is recovered anew.',
    scenario: scenarioOf([plug('s2'), plug('s2', 86_045)]),
  },
  {
    name: 'host-dies',
    of: '§4.2',
    promise: 'The host of a virtual server dies while it serves: another host serves within the bound.',
    scenario: scenarioOf([plug('s2', 0, 200_000), plug('s6', 20_000)]),
  },
  {
    name: 'two-return-at-once',
    of: '§4.3, A6',
    promise: 'Two servers with two managers are returned at the same moment: all hold the same management files.',
    scenario: scenarioOf([plug('s2'), plug('s5')]),
  },
  {
    name: 'three-return-at-once',
    of: '§4.3, A6',
    promise: 'Three servers with three managers are returned at the same moment: all hold the same management files.',
    scenario: scenarioOf([plug('s1'), plug('s3'), plug('s5')], []),
  },
  {
    name: 'one-after-another',
    of: '§4.2',
    promise:
      'All but one die one after another; while there is a host with room each function is recovered, and when they are repaired all return.',
    scenario: scenarioOf(FIGURE_10.slice(0, 5).map((name, index) => plug(name, index * 60_000, 600_000 - index * 60_000 + index * 1000))),
  },
  {
    name: 'return-waits-for-dead-host',
    of: '§4.3, A6',
    promise: 'The host of the virtual server is dead when the target is up again: the target gets its address back at once.',
    scenario: scenarioOf([plug('s2'), plug('s6', 70_000)]),
  },
  {
    name: 'fig-10d',
    of: 'Fig. 10(d)',
    promise: 'S1, which runs S2b, fails: DBSS_S1_S6 creates S2b on S3 at the same time as it creates S1b.',
    scenario: scenarioOf([plug('s2', 0, 200_000), plug('s1', 40_000)], ['s1', 's3']),
  },
  {
    name: 'manager-dies-after-separation',
    of: '§4.2',
    promise: 'The manager dies after it separated its target and before the virtual server serves: the next manager goes on.',
    scenario: scenarioOf([stopped('s2'), plug('s1', 6500)]),
  },
  {
    name: 'manager-dies-while-it-waits',
    of: '§4.2',
    promise:
      'The manager dies while its target is served by a virtual server elsewhere: the target is restarted and returned all the same.',
    scenario: scenarioOf([plug('s2'), plug('s1', 20_000)]),
  },
  {
    name: 'power-cut',
    of: '§3.2',
    promise: 'All servers lose their power and boot again in any order: the ring runs again without an operator.',
    scenario: scenarioOf([
      at(0, { kind: 'power-cut', returns_ms: { s1: 30_000, s2: 31_000, s3: 60_000, s4: 45_000, s5: 20_000, s6: 90_000 } }),
    ]),
  },
  {
    name: 'full-memory-disk',
    of: '§2.4',
    promise: 'The memory disk of a bystander is full for a while: afterwards its files are those in force.',
    scenario: scenarioOf([stopped('s2'), at(15_000, { kind: 'disk', server: 's4', for_ms: 100_000 })]),
  },
  {
    name: 'agent-of-manager-dead',
    of: '§4.1',
    promise: 'The agent of a manager is dead while its target fails: the manager before it recovers the target.',
    scenario: scenarioOf([at(0, { kind: 'agent', server: 's1', for_ms: 150_000 }), plug('s2', 1000)]),
  },
];
