import type { MethodConfiguration } from '@dbss/agent/protocol/method/method.ts';
import { FIGURE_13, plug, scenarioOf, type Section4Scenario, stopped } from '../section-4/scenario-of.ts';

const MANAGER = 'manager';

/** The same group under another method than the ring. */
function under(method: MethodConfiguration, { scenario, ...told }: Section4Scenario): Section4Scenario {
  return { ...told, scenario: { ...scenario, method } };
}

const p2p = (told: Section4Scenario): Section4Scenario => under({ method: 'p2p' }, told);
const dedicated = (told: Section4Scenario): Section4Scenario => under({ method: 'dedicated', management_server: MANAGER }, told);

export const P2P: readonly Section4Scenario[] = [
  p2p({
    name: 'p2p-network',
    of: '§2.2, Fig. 2',
    promise:
      'The plug of ftp is pulled: mail, which manages it with priority 1, recovers it; web1, with priority 2, sees that, waits, and goes on when U.file comes.',
    scenario: scenarioOf([plug('ftp')], ['login'], FIGURE_13),
  }),
  p2p({
    name: 'p2p-service',
    of: '§2.2',
    promise: 'The service program of ftp fails: mail recovers the function and restarts ftp, web1 waits.',
    scenario: scenarioOf([stopped('ftp')], ['login'], FIGURE_13),
  }),
  p2p({
    name: 'p2p-given-up',
    of: '§2.2, Fig. 3',
    promise:
      'It is too difficult to recover ftp: D.file ends both of its DBSSs. Somebody repairs it ten minutes later, and it is in the group again.',
    scenario: scenarioOf([plug('ftp', 0, 600_000)], ['login'], FIGURE_13),
  }),
  p2p({
    name: 'p2p-first-manager',
    of: '§2.2',
    promise:
      'mail and ftp fail at the same time: login recovers mail, and web1, which manages ftp with priority 2, acts in the place of mail.',
    scenario: scenarioOf([plug('mail'), plug('ftp')], ['login'], FIGURE_13),
  }),
  p2p({
    name: 'p2p-fig-15',
    of: 'Fig. 15 with the P2P method',
    promise:
      'mail, ftp and web1 are shut down at the same time: they are found one after another, each after the verdict on the one before.',
    scenario: scenarioOf([plug('mail'), plug('ftp'), plug('web1')], ['web2', 'proxy', 'login'], FIGURE_13),
  }),
];

export const DEDICATED: readonly Section4Scenario[] = [
  dedicated({
    name: 'dedicated-network',
    of: '§2.1, Fig. 1',
    promise:
      'The plug of ftp is pulled: the management server detects it and serves for it by a virtual server of its own until ftp is back.',
    scenario: scenarioOf([plug('ftp')], [MANAGER], [MANAGER, ...FIGURE_13]),
  }),
  dedicated({
    name: 'dedicated-service',
    of: '§2.1',
    promise: 'The service program of ftp fails: the management server recovers the function and restarts ftp.',
    scenario: scenarioOf([stopped('ftp')], [MANAGER], [MANAGER, ...FIGURE_13]),
  }),
];
