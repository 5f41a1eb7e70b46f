/** Why work on installation procedure files was asked for. `server`: whose file, or whom this server talks to. */
export type ProcedurePurpose =
  | { for: 'procedure'; work: 'list' | 'survey' | 'capture' | 'seal' }
  | { for: 'procedure'; work: 'exchange' | 'fetch' | 'store' | 'read'; server: string };
