/** One version of a server's installation procedure file (§3.1), without its content. */
export interface ProcedureStamp {
  readonly server: string;
  /** Its version: greater than that of every one that its server knew when it captured. */
  readonly epoch: number;
  /** SHA-256 of what was captured, in hexadecimal digits: the same as long as the configuration is. */
  readonly digest: string;
  /** Names the keys that it is sealed with. */
  readonly seal: string;
  /** Of the sealed file. */
  readonly bytes: number;
  readonly captured_unix_s: number;
}

/** A sealed file is not larger: it goes to every server in one message. */
export const LARGEST_PROCEDURE_BYTES = 524_288;

/** The greater epoch is newer; of two captures of one epoch, which only a server that forgot can make, the greater digest. */
export function isNewerStamp(one: ProcedureStamp, other: ProcedureStamp | undefined): boolean {
  if (other === undefined || one.epoch !== other.epoch) return one.epoch > (other?.epoch ?? -1);
  return one.digest !== other.digest ? one.digest > other.digest : one.seal !== other.seal && one.captured_unix_s > other.captured_unix_s;
}
