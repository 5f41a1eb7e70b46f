import { SERVER_TYPES, type ServerType } from '../ring/ring-configuration.ts';
import { textOf } from './lines.ts';

/** What a DBSS needs to manage a target server: the six lines of its management data (§2.4). */
export interface ManagementData {
  readonly virtualIp: string;
  readonly server: string;
  readonly realIp: string;
  readonly mac: string;
  readonly daemons: readonly string[];
  readonly type: ServerType;
}

export function formatManagementData(data: ManagementData): string {
  return textOf([data.virtualIp, data.server, data.realIp, data.mac, data.daemons.join(' '), data.type]);
}

/** Management data from its text; `undefined` where the text is not six lines of it. */
export function parseManagementData(text: string): ManagementData | undefined {
  const lines = text.split('\n');
  const [virtualIp, server, realIp, mac, daemons, typeName, rest] = lines;
  const type = SERVER_TYPES.find((known) => known === typeName);
  if (virtualIp === undefined || server === undefined || realIp === undefined || mac === undefined) return undefined;
  if (daemons === undefined || type === undefined || rest !== '' || lines.length !== 7) return undefined;
  return { virtualIp, server, realIp, mac, daemons: daemons.split(' ').filter((name) => name !== ''), type };
}
