// How do sums change in the database? By what was added and taken away, and by looking again where an edge went.
import { type Asking } from './one-breath.js';
import { edgeOf, edges, widen, type Edge, type Sum, type Sums } from './sums.js';
import { asRecords, keyText, snake } from './table.js';

interface Change {
  /** Key and counts, by how much; the edges of what came. */
  readonly sum: Sum;
  /** The edges of what went. */
  readonly gone: Sum;
}

/** What changes of the sums of one model, gathered and written once. */
export class SumChanges {
  private readonly changes = new Map<string, Change>();

  constructor(
    private readonly asking: Asking,
    private readonly sums: Sums,
    private readonly physical: (table: string) => string,
  ) {}

  get size(): number {
    return this.changes.size;
  }

  add(sum: Sum, sign: 1 | -1): void {
    const key = keyText(this.sums.table, sum);
    let change = this.changes.get(key);
    if (!change) {
      const names = this.sums.table.key.map((name) => [name, String(sum[name])]);
      change = { sum: Object.fromEntries(names) as Sum, gone: {} };
      for (const count of this.sums.counts) change.sum[count] = 0;
      this.changes.set(key, change);
    }
    for (const count of this.sums.counts) change.sum[count] = Number(change.sum[count]) + sign * Number(sum[count]);
    widen(sign > 0 ? change.sum : change.gone, sum);
  }

  /** Where the model's own rows stand already. */
  async write(): Promise<void> {
    const all = [...this.changes.values()].filter((change) => this.changesSomething(change));
    this.changes.clear();
    if (all.length === 0) return;
    const { table, counts } = this.sums;
    const physical = this.physical(table.name);
    const put = (text: string, of: readonly object[]) => this.asking.query(text, [asRecords(table, of)]);
    const added = [
      asRecords(
        table,
        all.map(({ sum }) => sum),
      ),
    ];
    // Prepared once, as the rows' own.
    await this.asking.query({ name: `sum ${physical}`, text: upsertSums(this.sums, physical), values: added });
    const fewer = all.filter(({ sum }) => counts.some((count) => Number(sum[count]) < 0));
    if (fewer.length > 0) {
      await put(
        deleteEmpty(this.sums, physical),
        fewer.map(({ sum }) => sum),
      );
    }
    const narrowed = all.filter((change) => edges.some((edge) => mayNarrow(change, edge)));
    if (narrowed.length === 0) return;
    await put(
      findEdges(this.sums, physical, this.physical),
      narrowed.map(({ sum, gone }) => ({ ...sum, ...withoutCovered(sum, gone) })),
    );
  }

  private changesSomething({ sum, gone }: Change): boolean {
    if (this.sums.counts.some((count) => sum[count] !== 0)) return true;
    return edges.some((edge) => edgeOf(sum, edge) !== edgeOf(gone, edge));
  }
}

/** Whether what went may have been the outermost: what came does not reach as far. */
function mayNarrow({ sum, gone }: Change, edge: Edge): boolean {
  const [came, went] = [edgeOf(sum, edge), edgeOf(gone, edge)];
  return went !== '' && (came === '' || edge.beyond(went, came));
}

/** Only the edges that what came does not cover, those that are looked for when they were the outermost. */
const withoutCovered = (sum: Sum, gone: Sum): Sum =>
  Object.fromEntries(
    edges.flatMap((edge) => {
      const narrowed = mayNarrow({ sum, gone }, edge);
      return [
        [edge.at, narrowed ? (gone[edge.at] ?? '') : undefined],
        [edge.event, narrowed ? (gone[edge.event] ?? '') : undefined],
      ] as [string, string][];
    }),
  );

const keyOf = ({ table }: Sums): readonly string[] => table.key.map(snake);
const keyed = (sums: Sums, one: string, other: string): string =>
  keyOf(sums)
    .map((name) => `${one}.${name} = ${other}.${name}`)
    .join(' and ');

function upsertSums(sums: Sums, physical: string): string {
  const further = (at: string, sign: string) =>
    `excluded.${at} is not null and (t.${at} is null or (excluded.${at}, excluded.${at}_event) ${sign} (t.${at}, t.${at}_event))`;
  const edge = (at: string, sign: string, name: string) =>
    `${name} = case when ${further(at, sign)} then excluded.${name} else t.${name} end`;
  const counts = sums.counts.map(snake).map((name) => `${name} = t.${name} + excluded.${name}`);
  const set = [
    ...counts,
    edge('first', '<', 'first'),
    edge('first', '<', 'first_event'),
    edge('last', '>', 'last'),
    edge('last', '>', 'last_event'),
  ];
  return `insert into ${physical} as t select * from jsonb_populate_recordset(null::${physical}, $1::jsonb)
    on conflict (${keyOf(sums).join(', ')}) do update set ${set.join(', ')}`;
}

const deleteEmpty = (sums: Sums, physical: string): string =>
  `delete from ${physical} t using jsonb_populate_recordset(null::${physical}, $1::jsonb) g
    where ${keyed(sums, 't', 'g')} and ${sums.counts.map((count) => `t.${snake(count)} = 0`).join(' and ')}`;

/** Looks for the edges anew where those that went, $1, were the outermost. */
function findEdges(sums: Sums, physical: string, table: (name: string) => string): string {
  const ends = sums.ends.replace(/\{([a-z_]+)\}/g, (_, name: string) => table(name));
  const outermost = (at: string, order: string) =>
    `left join lateral (select e.${at}, e.${at}_event from (${ends}) e where ${keyed(sums, 'e', 's')} and e.${at} is not null
      order by e.${at} ${order}, e.${at}_event ${order} limit 1) ${at}s on true`;
  return `update ${physical} t set first = x.first, first_event = x.first_event, last = x.last, last_event = x.last_event
    from (select ${keyOf(sums)
      .map((name) => `s.${name}`)
      .join(', ')}, firsts.first, firsts.first_event, lasts.last, lasts.last_event
      from jsonb_populate_recordset(null::${physical}, $1::jsonb) g join ${physical} s on ${keyed(sums, 's', 'g')}
        and ((s.first, s.first_event) = (g.first, g.first_event) or (s.last, s.last_event) = (g.last, g.last_event))
      ${outermost('first', 'asc')} ${outermost('last', 'desc')}) x
    where ${keyed(sums, 't', 'x')}`;
}
