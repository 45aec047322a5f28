import { expect, test } from 'vitest';
import type { ClassOfWork } from '../../bindings';
import { blankClass, classAt } from './choices.svelte';

test('a change to the third class leaves the two before it blank', () => {
  const classes: ClassOfWork[] = [];
  classAt(classes, 2).tasksPerDay = '5';
  expect(classes).toEqual([blankClass(), blankClass(), { ...blankClass(), tasksPerDay: '5' }]);
  // A class that is there is changed in its place.
  classAt(classes, 2).label = 'Letters';
  expect(classes).toHaveLength(3);
  expect(classes[2]?.label).toBe('Letters');
});
