import { parseMethods, withMethod } from '../../../cli/src/experiment/method-in-inventory.ts';
import { LAB } from '../inventory/lab-inventory.ts';
import { inventoryText } from '../inventory/made-inventory.ts';

test('several methods are read from one word or from several, each once', () => {
  expect(parseMethods(['ring,p2p', 'ring'])).toEqual(['ring', 'p2p']);
});

test('an unknown method is refused with the nearest known one', () => {
  expect(() => parseMethods(['ringg'])).toThrow('"ringg" is no method; did you mean ring?');
  expect(() => parseMethods([','])).toThrow('no method');
});

test('the method is set where it stands, and nothing else is changed', () => {
  const text = withMethod('lab.yml', LAB, 'p2p');
  expect(text).toContain('dbss_method: p2p\n');
  expect(withMethod('lab.yml', text, 'ring')).toBe(LAB);
});

test('the method is set where none stands', () => {
  const text = inventoryText(['a', 'b', 'c']);
  expect(withMethod('made.yml', text, 'p2p')).toBe(
    text.replace('    dbss_cluster: made\n', '    dbss_method: p2p\n    dbss_cluster: made\n'),
  );
});

test('a method in quotes, and one with a comment behind it', () => {
  expect(withMethod('x.yml', LAB.replace('dbss_method: ring', 'dbss_method: "ring" # ours'), 'p2p')).toContain('dbss_method: p2p # ours\n');
});

test('where it cannot be set the message says what to do', () => {
  expect(() => withMethod('x.yml', 'all: { vars: { dbss_cluster: lab } }\n', 'p2p')).toThrow('x.yml: the method cannot be set in it');
});
