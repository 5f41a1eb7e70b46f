import type { CaptureReport } from '@dbss/agent/protocol/procedure/procedure-work.ts';

/** What went into a capture, as lines for a person. */
export function describeCapture({ stamp, contents }: Extract<CaptureReport, { readonly kind: 'captured' }>): readonly string[] {
  const { files, packages, users, groups, removed, notices } = contents;
  return [
    `${stamp.server}: version ${stamp.epoch}, ${(stamp.bytes / 1024).toFixed(1)} KB; every server gets it now`,
    `files that the original server does not have as they are: ${files}`,
    ...(removed.length === 0 ? [] : [`files that it has and ${stamp.server} has not: ${removed.map((path) => `/${path}`).join(' ')}`]),
    `packages needed, all in the original server: ${packages.join(' ') || 'none'}`,
    `users: ${users.join(' ') || 'none'}; groups: ${groups.join(' ') || 'none'}`,
    ...notices.map((text) => `note: ${text}`),
  ];
}
