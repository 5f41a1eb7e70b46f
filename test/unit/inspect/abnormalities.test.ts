import { expect, test } from '@jest/globals';
import { abnormalities } from '../../../cli/src/inspect/abnormalities.ts';
import type { RingView, ServerView } from '../../../cli/src/inspect/ring-view.ts';

const FTP: ServerView = {
  ...{ name: 'ftp', state: 'managed', manages: [], managesSecond: [], managedBy: 'mail', phase: 'monitoring' },
  ...{
    heldBack: null,
    noHost: null,
    storageInDoubt: null,
    vip: '198.18.0.112',
    heldBy: 'ftp',
    lease: 'held',
    addressProblem: null,
    scriptsNotRun: [],
  },
  ...{ services: ['vsftpd'], normal: true, networkAbnormal: false, abnormalServices: [], standby: 'suspended', standbyTarget: null },
  ...{ procedure: null, unreachable: null },
};

/** A ring in which all is normal but for what is said of ftp. */
function ring(
  changes: Partial<ServerView>,
  voters: RingView['voters'] = { term: 1, version: 1, voters: [{ name: 'ftp', votes: 1 }] },
): RingView {
  const around = { cluster: 'test', method: 'ring', managementServer: null, witness: null, disagreements: [], allManaged: true } as const;
  return { ...around, ring: ['ftp'], servers: [{ ...FTP, ...changes }], voters };
}

test('a ring in which nothing is wrong has no abnormalities', () => {
  expect(abnormalities(ring({}))).toEqual([]);
});

test('an address without its lease answers nobody: that is not normal, except where nobody votes', () => {
  expect(abnormalities(ring({ lease: 'lost' }))).toEqual(['the lease of ftp is lost']);
  expect(abnormalities(ring({ lease: null }))).toEqual(['the lease of ftp is unknown']);
  expect(abnormalities(ring({ lease: null }, null))).toEqual([]);
});

test('a doubt about the shared storage is not normal', () => {
  expect(abnormalities(ring({ storageInDoubt: 'it hangs' }))).toEqual(['the shared storage is in doubt for ftp']);
});
