/** File systems that somebody else serves, on this machine or another one, and what mounts them when it is looked at. */
const MAY_HANG = /^(autofs|fuse|fuseblk|fuse\..*)$/;
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
  return mountsIn(mounts)
    .filter(({ point, fstype }) => FROM_ELSEWHERE.test(fstype) && !isStorage(point))
    .map(({ source, point, fstype }) => `${point} (${fstype}, ${source}) is mounted on this server and will not be on the virtual server`);
}

/**
 * Where file systems are mounted that may hang.
 * @param mounts text of `/proc/self/mounts`
 */
export function foreignMountPoints(mounts: string): readonly string[] {
  return mountsIn(mounts)
    .filter(({ fstype }) => FROM_ELSEWHERE.test(fstype) || MAY_HANG.test(fstype))
    .map(({ point }) => point);
}

function mountsIn(mounts: string): readonly { readonly source: string; readonly point: string; readonly fstype: string }[] {
  return mounts.split('\n').map((line) => {
    const [source = '', escaped = '', fstype = ''] = line.split(' ');
    const point = escaped.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
    return { source, point, fstype };
  });
}
