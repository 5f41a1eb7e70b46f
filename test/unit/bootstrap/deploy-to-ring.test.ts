import { expect, test } from '@jest/globals';
import { besideFailure } from '../../../cli/src/bootstrap/deploy-to-ring.ts';
import { BrokenError } from '../../../cli/src/errors.ts';

const FAILED = new BrokenError('deployment failed\n  files: not reachable', { hint: 'bring files up' });
const standby = (): Promise<never> => Promise.reject(new BrokenError('ftp: no suspended standby'));

test('where a deployment failed and a standby does not come either, both are told, with what to do about the first', async () => {
  const error = await besideFailure(FAILED, standby).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: 'deployment failed\n  files: not reachable\nftp: no suspended standby', hint: 'bring files up' });
});

test('a standby that does not come after a good deployment is told alone', async () => {
  await expect(besideFailure(undefined, standby)).rejects.toThrow(/^ftp: no suspended standby$/);
});

test('what succeeds beside a failure gives its result', async () => {
  expect(await besideFailure(FAILED, () => Promise.resolve('ftp'))).toBe('ftp');
});
