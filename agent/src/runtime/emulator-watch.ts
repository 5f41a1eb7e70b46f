/** A suspended standby that is lost is found well before the next recovery is likely to need it. */
const LOOK_EVERY_MS = 10_000;

/** What the watch asks, and whom it tells. */
export interface EmulatorWatchOptions {
  /** Does the emulator of the standby run? */
  readonly isAlive: () => Promise<boolean>;
  /** Told at every look that finds none; what that means depends on what the standby should be doing. */
  readonly ended: () => void;
  readonly failed: (error: unknown) => void;
}

/** Looks after the emulator of the standby, which nobody else does while the standby is suspended. @returns how to stop it */
export function watchEmulator({ isAlive, ended, failed }: EmulatorWatchOptions): () => void {
  const timer = setInterval(() => {
    isAlive().then((alive) => {
      if (!alive) ended();
    }, failed);
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
