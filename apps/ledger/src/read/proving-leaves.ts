// At which leaves of the published log do events stand, so that their receipts can be asked for?
import { type Pool } from 'pg';

export interface ProvingLeaves {
  /** Entries under the published checkpoint. */
  readonly size: number;
  /** In the order asked; of events that it covers. */
  readonly leaves: readonly { readonly event: string; readonly leaf: number }[];
}

/** Undefined while nothing is published. */
export async function provingLeaves(app: Pool, events: readonly string[]): Promise<ProvingLeaves | undefined> {
  const { rows } = await app.query<{ size: string; event: string | null; leaf: string | null }>({
    name: 'proving-leaves',
    text: `select h.published_size as size, l.id as event, l.index as leaf
      from log_head h left join log_leaf l on l.id = any($1::uuid[]) and l.index < h.published_size
      where h.published_size > 0`,
    values: [events],
  });
  const [row] = rows;
  if (!row) return undefined;
  const leaves = new Map(rows.map(({ event, leaf }) => [event, Number(leaf)]));
  return {
    size: Number(row.size),
    leaves: events.flatMap((event) => {
      const leaf = leaves.get(event);
      return leaf === undefined ? [] : [{ event, leaf }];
    }),
  };
}
