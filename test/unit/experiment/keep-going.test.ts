import { inWords, KeepGoing } from '../../../cli/src/experiment/keep-going.ts';

test('a step that breaks is noted with all its causes, and the run goes on', async () => {
  const going = new KeepGoing(new AbortController().signal);
  const broken = async (): Promise<string> => Promise.reject(new Error('the client of ftp broke', { cause: new Error('exit code 1') }));
  expect(await going.through('waiting for the clients', broken, 'nothing')).toBe('nothing');
  expect(await going.through('waiting for the return', async () => 'normal', 'nothing')).toBe('normal');
  expect(going.troubles).toEqual(['waiting for the clients: the client of ftp broke: exit code 1']);
});

test('a run that is stopped does not go on', async () => {
  const ending = new AbortController();
  const stopped = new Error('stopped');
  const step = async (): Promise<string> => {
    ending.abort();
    throw stopped;
  };
  await expect(new KeepGoing(ending.signal).through('waiting', step, 'nothing')).rejects.toBe(stopped);
});

test('an error with several lines is told in one', () => {
  expect(inWords(new Error('not normal\n  ftp is separated'))).toBe('not normal; ftp is separated');
});
