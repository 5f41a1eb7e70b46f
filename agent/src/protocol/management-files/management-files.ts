/** Management files and management data of §2.4 as text, exactly as they lie on the memory disk. */
export const MANAGEMENT_FILE_NAMES = ['group', 'operation', 'separation', 'heartbeat', 'problem'] as const;
export type ManagementFileName = (typeof MANAGEMENT_FILE_NAMES)[number];

export type ManagementFiles = Readonly<Record<ManagementFileName, string>> & {
  /** Management data by name, e.g. `ftp.dat`. */
  readonly data: Readonly<Record<string, string>>;
};
