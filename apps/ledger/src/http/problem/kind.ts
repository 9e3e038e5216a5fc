// What is said of a kind of problem, the same for every occurrence?

export interface ProblemKind {
  readonly status: number;
  /** The same for every occurrence (RFC 9457 section 3.1.4). */
  readonly title: string;
  /** When it happens. */
  readonly when: string;
  /** What the caller can do about it. */
  readonly mend: string;
}

export const kind = (status: number, title: string, when: string, mend: string): ProblemKind => ({
  status,
  title,
  when,
  mend,
});
