/** All machines, what will arrive, which chances are left, how many steps of time, who has held by which epoch. Everything by number. */
export interface World {
  readonly machines: readonly number[];
  /** In growing order. */
  readonly messages: readonly number[];
  readonly left: readonly number[];
  readonly steps: number;
  readonly wants: number;
  readonly history: number;
}

/** Holders by epoch, and configurations by version: to see that none comes twice in two shapes. */
export interface History {
  readonly winners: Readonly<Record<string, string>>;
  readonly configurations: Readonly<Record<string, string>>;
}
