// What did a benchmark find, and how is it shown? One row per comparison, the same in the table and in the JSON file.

export interface Row {
  readonly id: string;
  readonly what: string;
  /** Null when it could not be measured; `against` says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly against: string;
  /** Ours by theirs, of the medians. */
  readonly ratio: number | null;
  /** Such as `>= 1` or `<= 25 ms`; empty for a row that only informs. */
  readonly goal: string;
  readonly met: boolean | null;
}

/** What a row is judged by: its ratio, or its value. */
export interface Goal {
  readonly of: 'ratio' | 'value';
  readonly atLeast?: number;
  readonly atMost?: number;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

export function row(
  id: string,
  what: string,
  measured: { readonly value: number; readonly unit: string; readonly against?: string; readonly theirs?: number },
  goal?: Goal,
): Row {
  const ratio = measured.theirs === undefined ? null : measured.value / measured.theirs;
  const judged = goal?.of === 'ratio' ? (ratio ?? NaN) : measured.value;
  const unit = goal?.of === 'value' ? ` ${measured.unit}` : '×';
  const theirs = measured.theirs === undefined ? '' : `: ${rounded(measured.theirs)} ${measured.unit}`;
  return {
    id,
    what,
    value: rounded(measured.value),
    unit: measured.unit,
    against: `${measured.against ?? ''}${theirs}`,
    ratio: ratio === null ? null : rounded(ratio),
    goal: goal ? (goal.atLeast === undefined ? `≤ ${goal.atMost}${unit}` : `≥ ${goal.atLeast}${unit}`) : '',
    met: goal ? judged >= (goal.atLeast ?? -Infinity) && judged <= (goal.atMost ?? Infinity) : null,
  };
}

export const skipped = (id: string, what: string, unit: string, why: string): Row => ({
  id,
  what,
  value: null,
  unit,
  against: `skipped: ${why}`,
  ratio: null,
  goal: '',
  met: null,
});

/** The value below which a share of the sample lies; NaN for an empty one. */
export function quantile(sample: readonly number[], share: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export function median(sample: readonly number[]): number {
  const sorted = [...sample].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

export function table(rows: readonly Row[]): string {
  const head = ['id', 'what', 'value', 'against', 'ratio', 'goal', 'met'];
  const cells = rows.map(({ id, what, value, unit, against, ratio, goal, met }) => [
    id,
    what,
    value === null ? '–' : `${value} ${unit}`,
    against,
    ratio === null ? '' : `${ratio}×`,
    goal,
    met === null ? '' : met ? 'yes' : 'NO',
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((line) => (line[i] ?? '').length)));
  const line = (words: readonly string[]): string =>
    words
      .map((word, i) => word.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)].join('\n');
}
