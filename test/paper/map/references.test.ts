import { PAPER_PARTS, refersTo } from './references.ts';

function partsIn(text: string): string[] {
  return PAPER_PARTS.filter((part) => refersTo(text, part)).map(({ name }) => name);
}

test.each([
  ['(§2.4, Fig. 4)', ['§2.4', 'Fig. 4']],
  ['§4.2 (a) of Fig. 10(a)-(d)', ['§4.2', 'Fig. 10(a)', 'Fig. 10(b)', 'Fig. 10(c)', 'Fig. 10(d)']],
  ['Fig. 11(a) and (b)', ['Fig. 11(a)', 'Fig. 11(b)']],
  ['Fig. 14 and Fig. 15.', ['Fig. 14', 'Fig. 15']],
  ['§3.3: eq. 5', ['§3.3']],
  ['as in Fig. 11', ['Fig. 11(a)', 'Fig. 11(b)']],
  ['Table 2.', ['Table 2']],
  ['nothing of it', []],
])('%s refers to %j and to nothing else', (text, parts) => {
  expect(partsIn(text)).toEqual(parts);
});
