import { keyOffset, lineAndColumn, readYaml, valueOffset } from '../../../cli/src/inventory/yaml-document.ts';

function placesIn(text: string, at: string): { readonly key: string; readonly value: string } {
  const document = readYaml(text);
  const show = (offset: number): string => Object.values(lineAndColumn(text, offset)).join(':');
  return { key: show(keyOffset(document, at)), value: show(valueOffset(document, at)) };
}

test.each([
  ['a block mapping', 'a:\n  b: 1\n', '/a/b', '2:3', '2:6'],
  ['a flow mapping in a list', 'a: [1, { b: c }]\n', '/a/1/b', '1:10', '1:13'],
  ['a quoted value', 'a: "x"\n', '/a', '1:1', '1:4'],
  ['a quoted key', '"a": x\n', '/a', '1:1', '1:6'],
  ['a value that is not there', 'a:\nb: 1\n', '/a', '1:1', '1:1'],
  ['an alias', 'a: &x 1\nb: *x\n', '/b', '2:1', '2:4'],
  ['what came by a merge', 'a: &x { c: 1 }\nb:\n  <<: *x\n', '/b/c', '3:3', '3:3'],
  ['the last of two equal keys', 'a: 1\na: 2\n', '/a', '1:1', '2:4'],
  ['a key with a slash', 'a/b: 1\n', '/a~1b', '1:1', '1:6'],
  ['letters outside the basic plane, which are one column each', '{ 😀: 1, b: 2 }\n', '/b', '1:9', '1:12'],
])('a place is found in %s', (_name, text, at, key, value) => {
  expect(placesIn(text, at)).toEqual({ key, value });
});

test('values are those of YAML 1.1, which Ansible reads', () => {
  expect(readYaml('a: yes\nb: "yes"\nc: 0755\nd: ~\n').value).toEqual({ a: true, b: 'yes', c: 0o755, d: null });
});

test("Ansible's own tags stand before text", () => {
  expect(readYaml('a: !vault |\n  $ANSIBLE_VAULT;1.1\nb: !unsafe "{{"\n')).toMatchObject({
    value: { a: '$ANSIBLE_VAULT;1.1\n', b: '{{' },
    complaints: [],
  });
});

test('a second document is told', () => {
  expect(readYaml('a: 1\n---\nb: 2\n').complaints).toEqual([
    { offset: 5, found: 'a second YAML document', expected: 'one document in the file' },
  ]);
});

test('an alias to what holds it does not hang the reader', () => {
  expect(readYaml('a: &x\n  b: *x\n').value).toEqual({ a: { b: null } });
});
