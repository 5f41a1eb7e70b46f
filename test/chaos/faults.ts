import { type ChaosFault, dbssctl, inside } from './fault.ts';
import { PROCESS_FAULTS } from './process-faults.ts';

const SERVER = ['$server'];
const NOBODY: readonly string[] = [];

/** The power and the network: what happens to a machine from outside. */
const OUTSIDE_FAULTS: readonly ChaosFault[] = [
  {
    name: 'power-off',
    what: 'the plug of $server is pulled and put back at once; it starts when it is woken',
    strike: [dbssctl('lab power $server off')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'power-off-unwakeable',
    what: 'the plug of $server is pulled, and nothing wakes it for 100 s; then somebody switches it on',
    strike: [dbssctl('lab link $server service down'), dbssctl('lab link $server sem down'), dbssctl('lab power $server off')],
    lasts_s: 100,
    repair: [dbssctl('lab power $server on'), dbssctl('lab link $server service up'), dbssctl('lab link $server sem up')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'reset',
    what: 'the reset button of $server',
    strike: [dbssctl('lab power $server reset')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'two-neighbours',
    what: '$server and $next, which it manages, lose their power at once',
    strike: [dbssctl('lab power $server off'), dbssctl('lab power $next off')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: ['$server', '$next'],
  },
  {
    name: 'service-cable',
    what: 'the service cable of $server is pulled for a minute',
    strike: [dbssctl('lab link $server service down')],
    lasts_s: 60,
    repair: [dbssctl('lab link $server service up')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'service-cable-loose',
    what: 'the service cable of $server is loose: out for a second, three times',
    strike: [1, 2, 3].flatMap(() => [dbssctl('lab link $server service down'), dbssctl('lab link $server service up')]),
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'sem-cable',
    what: 'the SEM cable of $server is pulled for a minute',
    strike: [dbssctl('lab link $server sem down')],
    lasts_s: 60,
    repair: [dbssctl('lab link $server sem up')],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'both-cables',
    what: 'both cables of $server are pulled for a minute',
    strike: [dbssctl('lab link $server service down'), dbssctl('lab link $server sem down')],
    lasts_s: 60,
    repair: [dbssctl('lab link $server service up'), dbssctl('lab link $server sem up')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'service-deaf',
    what: 'nothing reaches $server on the service network for a minute; what it sends is heard',
    strike: [dbssctl('lab link $server service deaf')],
    lasts_s: 60,
    repair: [dbssctl('lab link $server service up')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'service-mute',
    what: 'nothing that $server sends on the service network is heard for a minute; it hears the others',
    strike: [dbssctl('lab link $server service mute')],
    lasts_s: 60,
    repair: [dbssctl('lab link $server service up')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'sem-deaf',
    what: 'nothing reaches $server on the SEM network for a minute; what it sends is heard',
    strike: [dbssctl('lab link $server sem deaf')],
    lasts_s: 60,
    repair: [dbssctl('lab link $server sem up')],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'sem-mute',
    what: 'nothing that $server sends on the SEM network is heard for a minute; it hears the others',
    strike: [dbssctl('lab link $server sem mute')],
    lasts_s: 60,
    repair: [dbssctl('lab link $server sem up')],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'service-switch',
    what: 'the service switch has no power for 40 s',
    strike: [dbssctl('lab switch service off')],
    lasts_s: 40,
    repair: [dbssctl('lab switch service on')],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'service-switch-blink',
    what: 'the service switch restarts',
    strike: [dbssctl('lab switch service off'), dbssctl('lab switch service on')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'sem-switch',
    what: 'the SEM switch has no power for 40 s',
    strike: [dbssctl('lab switch sem off')],
    lasts_s: 40,
    repair: [dbssctl('lab switch sem on')],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'file-server-off',
    what: 'the file server, which is also the witness, loses its power for 40 s',
    strike: [dbssctl('lab power $files off')],
    lasts_s: 40,
    repair: [dbssctl('lab power $files on')],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'file-server-reset',
    what: 'the reset button of the file server while $server loses its power',
    strike: [dbssctl('lab power $files reset'), dbssctl('lab power $server off')],
    lasts_s: 0,
    repair: [],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'file-server-cable',
    what: 'the service cable of the file server is pulled for 40 s',
    strike: [dbssctl('lab link $files service down')],
    lasts_s: 40,
    repair: [dbssctl('lab link $files service up')],
    mayBeTakenOver: NOBODY,
  },
];

/** The machine itself: it hangs, restarts, runs out of something. */
const MACHINE_FAULTS: readonly ChaosFault[] = [
  {
    name: 'freeze-short',
    what: '$server hangs for 4 s, its kernel goes on',
    strike: [dbssctl('lab freeze $server')],
    lasts_s: 4,
    repair: [dbssctl('lab thaw $server')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'freeze-long',
    what: '$server hangs for a minute, its kernel goes on, and it thaws with all it had',
    strike: [dbssctl('lab freeze $server')],
    lasts_s: 60,
    repair: [dbssctl('lab thaw $server')],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'reboot',
    what: 'somebody restarts $server without a word to the ring',
    strike: [inside('$server', 'systemctl reboot')],
    // Its daemons take a while to stop; until then all is well.
    lasts_s: 20,
    repair: [],
    mayBeTakenOver: SERVER,
  },
  {
    name: 'memory-disk-full',
    what: 'the memory disk of $server is full for a minute while $next loses its power',
    // As a tmpfs has no more room than it uses, nothing more can be written, and nothing is taken from the machine that carries the lab.
    strike: [
      inside('$server', 'mount -o remount,size="$(df --output=used -BK /run | tail -n 1 | tr -d " ")" /run'),
      dbssctl('lab power $next off'),
    ],
    lasts_s: 60,
    repair: [inside('$server', 'mount -o remount,size=20% /run')],
    mayBeTakenOver: ['$next'],
  },
  {
    name: 'disk-full',
    what: 'the disk of $server is full for a minute: nothing can be written to /var/lib/dbss and /var/log/dbss',
    // Each directory gets a layer without room: what is there can be read, what is written fails as on a full disk.
    strike: [
      inside(
        '$server',
        'mkdir -p /run/chaos && mount -t tmpfs -o size=64k chaos /run/chaos && for d in lib log; do mkdir -p /run/chaos/$d/upper /run/chaos/$d/work; ' +
          'mount -t overlay chaos-$d -o lowerdir=/var/$d/dbss,upperdir=/run/chaos/$d/upper,workdir=/run/chaos/$d/work /var/$d/dbss; done; ' +
          'systemctl kill -s HUP dbss-agent; head -c 65536 /dev/zero >/run/chaos/fill || true',
      ),
    ],
    lasts_s: 60,
    repair: [inside('$server', 'umount -l /var/lib/dbss /var/log/dbss; umount -l /run/chaos; systemctl kill -s HUP dbss-agent')],
    mayBeTakenOver: NOBODY,
  },
  {
    name: 'busy',
    what: 'a program on $server takes all the processor time that it gets for 40 s',
    strike: [inside('$server', 'setsid timeout 40 sh -c "while :; do :; done" >/dev/null 2>&1 &')],
    lasts_s: 40,
    repair: [],
    mayBeTakenOver: NOBODY,
  },
];

/** Every fault. A run of chaos begins with each of them once, in the order of its seed. */
export const FAULTS: readonly ChaosFault[] = [...OUTSIDE_FAULTS, ...MACHINE_FAULTS, ...PROCESS_FAULTS];
