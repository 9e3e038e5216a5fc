// Is a 12-digit identification number of Kazakhstan (BIN, IIN) written without a slip?

const firstWeights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const secondWeights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/**
 * Whether the twelfth digit checks the other eleven: the weighted sum modulo 11 by the first weights, where that gives
 * 10 by the second; a number for which both give 10 is never issued.
 */
export function identificationNumberHolds(number: string): boolean {
  if (!/^\d{12}$/.test(number)) return false;
  const digits = [...number].map(Number);
  const remainder = (weights: readonly number[]) =>
    weights.reduce((sum, weight, place) => sum + weight * (digits[place] ?? 0), 0) % 11;
  const first = remainder(firstWeights);
  const check = first === 10 ? remainder(secondWeights) : first;
  return check !== 10 && check === digits[11];
}
