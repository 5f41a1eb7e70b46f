import type { BadInput } from './bad-input.ts';

/** Methods and management servers that do not go together. */
export const BAD_METHOD: readonly BadInput[] = [
  {
    name: 'an unknown method',
    part: 'dbss_method: ring',
    by: 'dbss_method: rong',
    at: 'rong',
    found: '"rong"',
    expected: /^the server management method: .*, one of ring, p2p, dedicated$/,
    suggestion: 'ring',
  },
  {
    name: 'a dedicated method without a management server',
    part: 'dbss_method: ring',
    by: 'dbss_method: dedicated',
    at: 'dedicated',
    found: 'dedicated without dbss_management_server',
    expected: 'dbss_management_server beside it',
  },
  {
    name: 'a management server that is none of the servers',
    part: 'dbss_method: ring',
    by: 'dbss_method: dedicated\n    dbss_management_server: logn',
    at: 'logn',
    found: '"logn"',
    expected: 'one of the servers in dbss_servers',
    suggestion: 'login',
  },
  {
    name: 'a management server in a ring',
    part: 'dbss_method: ring',
    by: 'dbss_method: ring\n    dbss_management_server: login',
    at: 'dbss_management_server',
    found: 'dbss_management_server with dbss_method: ring',
    expected: 'it with dbss_method: dedicated only',
  },
];
