import { spreadOf } from '../../../cli/src/experiment/statistics.ts';

test('the median of an odd and of an even number of values, with quartiles, the least and the greatest', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ count: 3, missing: 0, min: 1, lowerQuartile: 1.5, median: 2, upperQuartile: 2.5, max: 3 });
  expect(spreadOf([4, 1, 3, 2])).toMatchObject({ median: 2.5, lowerQuartile: 1.75, upperQuartile: 3.25 });
});

test('a value that never came counts as longer than all others: it is not left out', () => {
  expect(spreadOf([1, null, 2])).toEqual({ count: 3, missing: 1, min: 1, lowerQuartile: 1.5, median: 2, upperQuartile: null, max: null });
  expect(spreadOf([1, null])).toMatchObject({ median: null });
  expect(spreadOf([null])).toMatchObject({ count: 1, missing: 1, min: null, median: null, max: null });
});

test('no value has no median', () => {
  expect(spreadOf([])).toMatchObject({ count: 0, min: null, median: null, max: null });
});
