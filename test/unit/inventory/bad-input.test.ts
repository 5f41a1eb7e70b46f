import { BAD_FENCING } from './bad-fencing.ts';
import { BAD_METHOD } from './bad-method.ts';
import { BAD_OWNERSHIP } from './bad-ownership.ts';
import { BAD_RELATIONS } from './bad-relations.ts';
import { BAD_SHAPES } from './bad-shapes.ts';
import { LAB, placeOf, problemsIn, replaced } from './lab-inventory.ts';

describe('a bad inventory is told with what was found, what was expected, and where', () => {
  test.each([...BAD_SHAPES, ...BAD_RELATIONS, ...BAD_OWNERSHIP, ...BAD_FENCING, ...BAD_METHOD])(
    '$name',
    ({ of, part, by, at, found, expected, suggestion }) => {
      const text = replaced(of ?? LAB, part, by);
      const problems = problemsIn(text);
      expect(problems).toContainEqual(
        expect.objectContaining({
          file: 'site.yml',
          ...placeOf(text, at),
          found,
          expected: typeof expected === 'string' ? expect.stringContaining(expected) : expect.stringMatching(expected),
          suggestion,
        }),
      );
      // One mistake is said once.
      expect(problems).toHaveLength(1);
    },
  );
});
