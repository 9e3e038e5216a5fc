import { identificationNumberHolds } from './identification-number.js';

describe('an identification number', () => {
  it.each(['230340021377', '000000000000', '123456789013'])('%s holds', (number) => {
    expect(identificationNumberHolds(number)).toBe(true);
  });

  it.each([
    ['a digit is wrong', '230340021378'],
    ['two digits are swapped', '320340021377'],
    ['a digit is missing', '23034002137'],
    ['a letter stands in it', '23034002137a'],
    ['a space stands before it', ' 230340021377'],
  ])('does not hold when %s', (_, number) => {
    expect(identificationNumberHolds(number)).toBe(false);
  });

  it('takes the second weights where the first give ten, and refuses where both do', () => {
    const numbers = (prefix: string) => Array.from({ length: 10 }, (_, digit) => prefix + digit);
    const first = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    const second = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
    const sum = (weights: number[], prefix: string) =>
      weights.reduce((total, w, i) => total + w * Number(prefix[i]), 0) % 11;
    const prefixes = Array.from({ length: 2_000 }, (_, n) => String(20_000_000_000 + n * 7_919));
    const onSecond = prefixes.filter((prefix) => sum(first, prefix) === 10 && sum(second, prefix) < 10);
    const never = prefixes.filter((prefix) => sum(first, prefix) === 10 && sum(second, prefix) === 10);
    expect(onSecond.length).toBeGreaterThan(0);
    expect(never.length).toBeGreaterThan(0);
    for (const prefix of onSecond) {
      expect(numbers(prefix).filter(identificationNumberHolds)).toEqual([`${prefix}${sum(second, prefix)}`]);
    }
    for (const prefix of never) expect(numbers(prefix).filter(identificationNumberHolds)).toEqual([]);
  });
});
