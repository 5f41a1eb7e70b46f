/** File systems of other machines. */
const FROM_ELSEWHERE = /^(nfs4?|cifs|smb3|ceph|9p|glusterfs|fuse\.(glusterfs|sshfs|ceph))$/;

/**
 * File systems of other machines that this server has mounted beside the shared storage: a procedure brings the shared storage of the inventory alone.
 *
 * @param mounts text of `/proc/self/mounts`
 * @param storage mount point of the shared storage on this server; undefined: there is none
 * @returns a remark for each, in words
 */
export function otherMounts(mounts: string, storage: string | undefined): readonly string[] {
  const isStorage = (point: string): boolean => storage !== undefined && (point === storage || point.startsWith(`${storage}/`));
  return mounts.split('\n').flatMap((line) => {
    const [source = '', escaped = '', fstype = ''] = line.split(' ');
    const point = escaped.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
    if (!FROM_ELSEWHERE.test(fstype) || isStorage(point)) return [];
    return [`${point} (${fstype}, ${source}) is mounted on this server and will not be on the virtual server`];
  });
}
