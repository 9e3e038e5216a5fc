// Which registers have rows, and where do their pages begin? Walked page by page, as whoever reads them does.
import { pageRowsMax, type Register, type Registers } from '@derbes/read-models';

/** How long one register is walked: of a slow one the first part is known, which is enough to ask for its pages. */
export interface Walk {
  readonly walkMsMax: number;
}

export interface Walked {
  readonly register: string;
  /** Rows that were met. */
  readonly rows: number;
  /** Of pages that stand evenly from the first row met to the last; empty where one page has them all. */
  readonly cursors: readonly string[];
}

/** Pages of a register that are asked for in turn, beside its first. */
const cursorsMax = 200;

/** The largest first. */
export async function registersWithRows(models: Registers, { walkMsMax }: Walk): Promise<readonly Walked[]> {
  const all: Walked[] = [];
  for (const register of Object.values<Register>(models as unknown as Record<string, Register>)) {
    const walked = await walk(register, walkMsMax);
    if (walked.rows > 0) all.push(walked);
  }
  return all.sort((a, b) => b.rows - a.rows);
}

async function walk(register: Register, walkMsMax: number): Promise<Walked> {
  // As the service asks: what crosses the border is told from the home country, and a cursor goes on with its filter.
  const filter = register.filters.some((name) => String(name) === 'home') ? { filter: { home: 'KZ' } } : {};
  const deadline = performance.now() + walkMsMax;
  const cursors: string[] = [];
  let rows = 0;
  let cursor: string | undefined;
  do {
    const page = await register.page({ limit: pageRowsMax, ...filter, ...(cursor !== undefined && { cursor }) });
    rows += page.rows.length;
    cursor = page.next;
    if (cursor !== undefined) cursors.push(cursor);
  } while (cursor !== undefined && performance.now() < deadline);
  const step = Math.max(1, cursors.length / cursorsMax);
  const kept = Array.from({ length: Math.min(cursors.length, cursorsMax) }, (_, i) => cursors[Math.floor(i * step)]);
  return { register: register.name, rows, cursors: kept.filter((one) => one !== undefined) };
}
