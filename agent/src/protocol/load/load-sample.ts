/** One measurement of a server's load (§3.3). */
export interface LoadSample {
  /** m_i: available memory. */
  readonly available_memory_kb: number;
  /** c_i: CPU idle rate summed over the cores, 0 to cores × 100. */
  readonly cpu_idle_percent: number;
  /** n_i: bytes sent and received on the service interface since the previous sample, per second, in KB. */
  readonly network_kb_s: number;
}
