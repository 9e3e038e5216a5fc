// On which records of the log does a line stand? A short number in brackets, and the list of records at the end.

export class References {
  private readonly numbers = new Map<string, number>();

  /** `[3]`, or `[1, 4]` for several records; the number of a record is given when it is first named. */
  of(...events: readonly string[]): string {
    const numbers = [...new Set(events)].map((event) => {
      const number = this.numbers.get(event) ?? this.numbers.size + 1;
      this.numbers.set(event, number);
      return number;
    });
    return numbers.length === 0 ? '' : `[${rangesOf(numbers.sort((a, b) => a - b))}]`;
  }

  get records(): readonly (readonly [number: string, event: string])[] {
    return [...this.numbers].map(([event, number]) => [`[${number}]`, event] as const);
  }
}

/** 1, 2, 3, 7 → "1-3, 7". */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}
