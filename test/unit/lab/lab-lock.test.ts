import { UserError } from '../../../cli/src/errors.ts';
import { withLock } from '../../../cli/src/lab/lab-lock.ts';

const name = `dbss-unit-test-${process.pid}`;

test('who finds the lock held is told what its holder does', async () => {
  await withLock(name, { purpose: 'dbssctl lab up', subject: 'this lab' }, async () => {
    const second = withLock(name, { purpose: 'dbssctl lab down', subject: 'this lab' }, () => Promise.resolve());
    await expect(second).rejects.toThrow(UserError);
    await expect(withLock(name, { purpose: 'dbssctl lab down', subject: 'this lab' }, () => Promise.resolve())).rejects.toThrow(
      `dbssctl lab up (process ${process.pid}) is at work on this lab`,
    );
  });
});

test('the lock is free again after work that failed', async () => {
  await expect(withLock(name, { purpose: 'first', subject: 'it' }, () => Promise.reject(new Error('broke')))).rejects.toThrow('broke');
  await expect(withLock(name, { purpose: 'second', subject: 'it' }, () => Promise.resolve('done'))).resolves.toBe('done');
});

test('who waits for the lock gets it when its holder is done', async () => {
  const order: string[] = [];
  let release = (): void => undefined;
  const first = withLock(name, { purpose: 'first', subject: 'it' }, async () => {
    await new Promise<void>((resolve) => (release = resolve));
    order.push('first');
  });
  const second = withLock(name, { purpose: 'second', subject: 'it', onWait: () => release() }, () => {
    order.push('second');
    return Promise.resolve();
  });
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
});
