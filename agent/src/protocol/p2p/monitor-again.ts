import type { DbssState } from '../dbss/dbss-state.ts';
import { newFirstManagerWatch } from './first-manager-watch.ts';

/** What the server with priority 1 did about the target is over: both monitor it again (§2.3). */
export function monitorAgain(dbss: DbssState): void {
  dbss.phase = 'monitoring';
  dbss.problem = undefined;
  dbss.outstanding = [];
  dbss.examination_mono_ms = undefined;
  dbss.firstManager = newFirstManagerWatch();
}
