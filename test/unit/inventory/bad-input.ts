/** One kind of bad input: the lab's inventory, or another good one, with one part replaced. */
export interface BadInput {
  readonly name: string;
  readonly of?: string;
  readonly part: string;
  readonly by: string;
  /** Where the problem is shown: the first place of this text in the damaged inventory. */
  readonly at: string;
  readonly found: string;
  readonly expected: string | RegExp;
  readonly suggestion?: string;
}

/** The first variables of the server ftp in inventories/lab.yml: to change one that stands at other servers too. */
export const FTP = `          ansible_host: 198.18.1.12
          dbss_real_ip: 198.18.0.12
          dbss_virtual_ip: 198.18.0.112
          dbss_virtual_server_ip: 198.18.0.212
          dbss_mac: "02:db:55:00:00:12"
          dbss_type: NETWORK
`;
