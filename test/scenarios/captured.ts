import type { ProceduresView, ProcedureView } from '../../cli/src/inspect/procedures-view.ts';
import { type LabUnderTest, pause } from './lab-under-test.ts';
import { untilHeldBy, untilManaged } from './managed-ring.ts';
import { untilShownRecovering } from './shown.ts';

/** Seen, stable for an interval, monitored, captured and fetched by every other server; intervals have 10 s. */
const CAPTURE_LIMIT_S = 90;
const TAKEOVER_LIMIT_S = 60;
/** 50 s until Wake-on-LAN, a boot, and the return. */
const RETURN_LIMIT_S = 200;
const MANAGED_LIMIT_S = 120;
const CONFIGURATION = '/etc/vsftpd.conf';
/** Where what it was before is kept meanwhile. */
const BEFORE = '/root/vsftpd.conf.before';

export async function procedures(lab: LabUnderTest): Promise<ProceduresView> {
  return JSON.parse((await lab.mustRun('procedure', 'show', '--json')).stdout) as ProceduresView;
}

export async function procedureOfFtp(lab: LabUnderTest): Promise<ProcedureView> {
  const view = (await procedures(lab)).procedures.find(({ server }) => server === 'ftp');
  if (view === undefined) throw new Error('dbssctl procedure show knows no ftp');
  return view;
}

/** Every server has ftp's newest version, and it is as wanted. */
export async function untilCaptured(lab: LabUnderTest, holds: (view: ProcedureView) => boolean): Promise<ProcedureView> {
  const deadline_ms = performance.now() + CAPTURE_LIMIT_S * 1000;
  for (;;) {
    const view = await procedureOfFtp(lab);
    if (view.version !== null && view.missingOn.length === 0 && view.on.length === 6 && holds(view)) return view;
    if (performance.now() > deadline_ms)
      throw new Error(`not within ${String(CAPTURE_LIMIT_S)} s: ftp captured; it is ${JSON.stringify(view)}`);
    await pause(1000);
  }
}

/** Ftp as it was, also where something went wrong: back in the ring, and captured so. */
export async function restored(lab: LabUnderTest, script = ''): Promise<void> {
  await untilReturned(lab);
  const { version } = await procedureOfFtp(lab);
  await onFtp(lab, `${script} mv ${BEFORE} ${CONFIGURATION}; systemctl restart vsftpd`);
  await untilCaptured(lab, (view) => view.version !== version);
}

/** Pull the plug on ftp. @returns who holds its address then, as `ring show` prints it */
export async function failover(lab: LabUnderTest): Promise<string> {
  await lab.mustRun('lab', 'power', 'ftp', 'off');
  return untilShownRecovering(lab, 'ftp', TAKEOVER_LIMIT_S);
}

/** A server that fails so often is held back (decision 0217), unless an operator has repaired it. */
export async function untilReadyToFail(lab: LabUnderTest): Promise<void> {
  await untilManaged(lab, MANAGED_LIMIT_S);
  await lab.mustRun('ring', 'return', 'ftp');
}

export async function untilReturned(lab: LabUnderTest): Promise<void> {
  await untilHeldBy(lab, 'ftp', /^ftp$/, RETURN_LIMIT_S);
  await untilManaged(lab, MANAGED_LIMIT_S);
}

/** What an FTP client is greeted with at ftp's virtual address. */
export async function bannerOf(lab: LabUnderTest): Promise<string> {
  const { vip } = await lab.server('ftp');
  const script = `for i in 1 2 3 4 5; do exec 3<>/dev/tcp/${vip}/21 && { timeout 3 head -n 1 <&3; exit; }; sleep 1; done; exit 1`;
  return (await lab.exec('client', 'bash', '-c', script)).stdout.trim();
}

/** Another greeting in ftp's configuration, in force there; the one before is kept. */
export async function greetWith(lab: LabUnderTest, banner: string): Promise<void> {
  await onFtp(lab, `cp -a ${CONFIGURATION} ${BEFORE}; echo 'ftpd_banner=${banner}' >>${CONFIGURATION}; systemctl restart vsftpd`);
}

export async function onFtp(lab: LabUnderTest, script: string): Promise<void> {
  await lab.exec('ftp', 'sh', '-ec', script);
}
