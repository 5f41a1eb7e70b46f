import { FTP, type BadInput } from './bad-input.ts';
import { LAB } from './lab-inventory.ts';

const FENCED = LAB.replace(
  FTP,
  `${FTP}          dbss_fencing:
            agent: fence_ipmilan
            parameters: { ip: 198.18.2.12, username: dbss }
            secrets: { password: ipmi-ftp }
`,
);

/** Fencing that no fence agent would take, or that would show its secrets. */
export const BAD_FENCING: readonly BadInput[] = [
  {
    name: 'a fence agent that is none',
    of: FENCED,
    part: 'fence_ipmilan',
    by: 'ipmitool',
    at: 'ipmitool',
    found: '"ipmitool"',
    expected: "the name of a program of Debian's package fence-agents, such as fence_ipmilan",
  },
  {
    name: 'a parameter of a fence agent in capitals',
    of: FENCED,
    part: 'username: dbss',
    by: 'UserName: dbss',
    at: 'UserName',
    found: '"UserName"',
    expected: 'the name of a parameter as the fence agent reads it from its standard input',
    suggestion: '"username"',
  },
  {
    name: 'a list where a parameter of a fence agent belongs',
    of: FENCED,
    part: 'username: dbss',
    by: 'username: [dbss]',
    at: '[dbss]',
    found: 'a list',
    expected: 'one line of text, a whole number, true or false',
  },
  {
    name: 'a password in clear',
    of: FENCED,
    part: 'username: dbss',
    by: 'passwd: geheim',
    at: 'passwd',
    found: 'the secret parameter "passwd" in clear',
    expected: 'the name of a file in keys/fencing that holds it, as dbss_fencing.secrets.passwd',
  },
  {
    name: 'a secret that is a path',
    of: FENCED,
    part: 'password: ipmi-ftp',
    by: 'password: ../ipmi-ftp',
    at: '../ipmi-ftp',
    found: '"../ipmi-ftp"',
    expected: "the name of a file in keys/fencing beside the inventory's other keys",
  },
  {
    name: 'an action of a fence agent',
    of: FENCED,
    part: 'username: dbss',
    by: 'action: off',
    at: 'action',
    found: 'the parameter "action"',
    expected: 'no action: a server that fences says what is to be done',
  },
  {
    name: 'a parameter of a fence agent twice',
    of: FENCED,
    part: 'password: ipmi-ftp',
    by: 'username: ipmi-ftp',
    at: 'username: ipmi-ftp',
    found: 'the parameter "username" again',
    expected: 'each parameter once, in parameters or in secrets',
  },
];
