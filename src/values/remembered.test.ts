import { expect, test } from 'vitest';
import { KEPT_AT_MOST, remembered } from './remembered.ts';

test('each text is asked for once, also where the answer is undefined', () => {
  const asked: string[] = [];
  const lengthOf = remembered((text) => {
    asked.push(text);
    return text === '' ? undefined : text.length;
  });
  expect(['a', '', 'bb', 'a', ''].map(lengthOf)).toEqual([1, undefined, 2, 1, undefined]);
  expect(asked).toEqual(['a', '', 'bb']);
});

test('no more answers are kept than there may be', () => {
  let asked = 0;
  const itself = remembered((text) => {
    asked += 1;
    return text;
  });
  for (let i = 0; i < KEPT_AT_MOST; i++) itself(`${i}`);
  itself('0');
  expect(asked).toBe(KEPT_AT_MOST);
  itself('one more');
  expect(itself('0')).toBe('0');
  expect(asked).toBe(KEPT_AT_MOST + 2);
});
