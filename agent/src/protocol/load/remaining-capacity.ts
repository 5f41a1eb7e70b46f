/** R_m, R_c and R_n of §3.3, each in percent. */
export interface RemainingCapacity {
  readonly memory: number;
  readonly cpu: number;
  readonly network: number;
}
