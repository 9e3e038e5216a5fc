// Has the clock of a retention rule started, and what still keeps it from starting?

/** A relation or an obligation of the person. */
export interface Bond {
  readonly event: string;
  readonly kind: string;
  readonly ended?: string | undefined;
}

export interface RuleClock<B extends Bond = Bond> {
  /** Those of the kind that have not ended: while there is one, the clock does not run. */
  readonly open: readonly B[];
  /** Whose end started it: the last to end, if that is not older than the holding. */
  readonly last?: B;
}

export function ruleClock<B extends Bond>(kind: string, bonds: Iterable<B>, since: string): RuleClock<B> {
  const open: B[] = [];
  let last: B | undefined;
  for (const bond of bonds) {
    if (bond.kind !== kind) continue;
    if (bond.ended === undefined) open.push(bond);
    else if (bond.ended >= since && (last?.ended === undefined || bond.ended > last.ended)) last = bond;
  }
  return { open, ...(open.length === 0 && last && { last }) };
}
