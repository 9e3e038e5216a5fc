// How does a command that lists a register read all of it? Page after page, with the reason where a person is named.
import { Client } from './client.js';
import { type Terminal } from './terminal.js';

/** Pages that one listing prints; whoever has more asks with a filter. */
const pagesMax = 200;

export type Row = Readonly<Record<string, unknown>>;

/** `filter`: what is undefined is not asked for. */
export async function rowsOf(
  terminal: Terminal,
  register: string,
  filter: Readonly<Record<string, string | undefined>>,
  reason?: string,
): Promise<Row[]> {
  const client = new Client(terminal);
  const named = Object.entries(filter).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const query = new URLSearchParams(named);
  const rows: Row[] = [];
  for (let page = 0; page < pagesMax; page++) {
    const path = `/v1/registers/${register}?${query.toString()}`;
    const { body } = await client.ask('GET', path, { ...(reason !== undefined && { reason }) });
    const { items, next } = body as { items: Row[]; next?: string };
    rows.push(...items);
    if (next === undefined) break;
    query.set('cursor', next);
  }
  return rows;
}
