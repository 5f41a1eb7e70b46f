import { type ChaosFault, dbssctl, inside } from './fault.ts';

const SERVER = ['$server'];
const NOBODY: readonly string[] = [];
const DROP_IN = '/etc/systemd/system/$daemon.service.d';

/** Programs on a machine: the agent, the hypervisor, the services. */
export const PROCESS_FAULTS: readonly ChaosFault[] = [
  {
    name: 'agent-killed',
    what: 'the agent of $server is killed',
    strike: [inside('$server', 'systemctl kill -s KILL dbss-agent')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'agent-killed-often',
    what: 'the agent of $server is killed five times, two seconds apart',
    strike: [inside('$server', 'for i in 1 2 3 4 5; do systemctl kill -s KILL dbss-agent; sleep 2; done')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'agent-of-manager-killed',
    what: 'the agent of $manager is killed while $server loses its power',
    strike: [dbssctl('lab power $server off'), inside('$manager', 'systemctl kill -s KILL dbss-agent')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'agent-stopped-short',
    what: 'the agent of $server is stopped by a signal for 3 s',
    strike: [inside('$server', 'systemctl kill -s STOP dbss-agent')],
    lasts_s: 3,
    repair: [inside('$server', 'systemctl kill -s CONT dbss-agent')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'agent-stopped-long',
    // With a lease the address goes with the agent that renews it: then its clients have to be served elsewhere.
    what: 'the agent of $server is stopped by a signal for a minute; its services go on',
    strike: [inside('$server', 'systemctl kill -s STOP dbss-agent')],
    lasts_s: 60,
    repair: [inside('$server', 'systemctl kill -s CONT dbss-agent')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'flag-deleted',
    what: 'the flag file of $server is deleted for 20 s',
    strike: [inside('$server', 'rm -f /run/dbss/flag')],
    lasts_s: 20,
    repair: [inside('$server', 'touch /run/dbss/flag')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'libvirtd-killed',
    what: 'libvirtd of $server is killed',
    strike: [inside('$server', 'systemctl kill -s KILL libvirtd.service || true')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'libvirtd-killed-everywhere',
    what: 'libvirtd is killed on $manager and $next while $server loses its power',
    strike: [
      dbssctl('lab power $server off'),
      inside('$manager', 'systemctl kill -s KILL libvirtd.service || true'),
      inside('$next', 'systemctl kill -s KILL libvirtd.service || true'),
    ],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'standby-killed',
    what: 'the emulator of the standby on $server is killed',
    strike: [inside('$server', 'kill -KILL "$(cat /run/libvirt/qemu/dbss-standby.pid)"')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'service-stopped',
    what: '$daemon on $server is stopped',
    strike: [inside('$server', 'systemctl stop $daemon')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'service-killed',
    what: 'all processes of $daemon on $server are killed',
    strike: [inside('$server', 'systemctl kill -s KILL $daemon')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'service-disabled',
    what: '$daemon on $server is stopped, and would not start with the machine; somebody enables it after 2 minutes',
    strike: [inside('$server', 'systemctl disable --now $daemon')],
    lasts_s: 120,
    repair: [inside('$server', 'systemctl enable $daemon')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'service-broken',
    what: '$daemon on $server does not start any more; somebody repairs its configuration after 2 minutes and starts it',
    strike: [
      inside('$server', `mkdir -p ${DROP_IN} && printf "[Service]\\nExecStartPre=/bin/false\\n" >${DROP_IN}/chaos.conf`),
      inside('$server', 'systemctl daemon-reload; systemctl stop $daemon'),
    ],
    lasts_s: 120,
    repair: [inside('$server', `rm -rf ${DROP_IN}; systemctl daemon-reload; systemctl start $daemon`)],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'service-hangs',
    what: '$daemon on $server hangs for a minute: it accepts connections and says nothing',
    strike: [inside('$server', 'systemctl kill -s STOP $daemon')],
    lasts_s: 60,
    repair: [inside('$server', 'systemctl kill -s CONT $daemon || true')],
    mayBeTakenOver: SERVER,
  },
];
