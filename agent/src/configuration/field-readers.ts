import { isIPv4 } from 'node:net';
import { InvalidValue, number, text, type Reader } from './checked-value.ts';

/** Name of a server: a host name label. */
export const serverName = text('a server name', { max: 63, pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i });

export const clusterName = text('a cluster name', { max: 63, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/ });

/** Name of a systemd service without a leading dash, so that it is never taken for an option. */
export const daemonName = text('a service daemon', { max: 128, pattern: /^[A-Za-z0-9][A-Za-z0-9@._:-]*$/ });

/** Name of management data: a file name without directories. */
export const dataName = text('a management data name', { max: 128, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/ });

/** Name of a network interface as the kernel takes it. */
export const interfaceName = text('a network interface', { max: 15, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/ });

export const macAddress = text('a MAC address', { max: 17, pattern: /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i });

export const port = number('a port', { min: 1, max: 65_535, whole: true });

export const prefixLength = number('a prefix length', { min: 1, max: 32, whole: true });

export const ipv4: Reader<string> = (value, path) => {
  if (typeof value !== 'string' || !isIPv4(value)) throw new InvalidValue(path, 'an IPv4 address', value);
  return value;
};
