import { readEach } from '../../../cli/src/experiment/read-each.ts';

/** A server whose name ends with a number cannot be read so many times. */
function reader(): { readonly read: (server: string) => Promise<string>; readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    read: async (server) => {
      asked.push(server);
      const tries = asked.filter((one) => one === server).length;
      if (tries <= Number(/\d*$/.exec(server)?.[0])) throw new Error('timeout');
      return `log of ${server}`;
    },
  };
}

test('a log that cannot be read is tried three times, when no other one is read', async () => {
  const { read, asked } = reader();
  const { results, notRead } = await readEach(['mail', 'web2', 'ftp1'], read, async () => undefined);
  expect(results.map(({ result }) => result)).toEqual(['log of mail', 'log of ftp1', 'log of web2']);
  expect(notRead).toEqual([]);
  expect(asked).toEqual(['mail', 'web2', 'ftp1', 'web2', 'ftp1', 'web2']);
});

test('one that cannot be read then is told, with why', async () => {
  const { read } = reader();
  expect((await readEach(['mail', 'web3'], read, async () => undefined)).notRead).toEqual([{ server: 'web3', problem: 'timeout' }]);
});
