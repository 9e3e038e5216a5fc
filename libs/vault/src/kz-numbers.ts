// Is a Kazakhstan identification number well-formed? Check digit, and for a person the birth date and century.

// Rules of forming identification numbers: if the first pass gives 10, the second row of weights decides; 10 again is never issued.
const firstWeights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const secondWeights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/** Whether twelve digits end in the right check digit; the same rule serves IIN and BIN. */
export function checkDigitHolds(number: string): boolean {
  if (!/^\d{12}$/.test(number)) return false;
  const remainder = (weights: readonly number[]): number =>
    weights.reduce((sum, weight, i) => sum + weight * Number(number[i]), 0) % 11;
  const first = remainder(firstWeights);
  const control = first === 10 ? remainder(secondWeights) : first;
  return control !== 10 && control === Number(number[11]);
}

/** Whether the first seven digits are a birth date: YYMMDD and the digit of century and sex, 1 to 6. */
function birthDateHolds(iin: string): boolean {
  const centuryDigit = Number(iin[6]);
  if (!(centuryDigit >= 1 && centuryDigit <= 6)) return false;
  const year = 1800 + 100 * Math.floor((centuryDigit - 1) / 2) + Number(iin.slice(0, 2));
  const month = Number(iin.slice(2, 4));
  const day = Number(iin.slice(4, 6));
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** Twelve digits that were most likely issued as an IIN; a number of another series passes once in some hundred times. */
export const looksLikeIin = (text: string): boolean => checkDigitHolds(text) && birthDateHolds(text);
