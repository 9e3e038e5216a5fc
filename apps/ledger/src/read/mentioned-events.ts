// In which events do values of a person stand that belong to streams of others? Claims know the stream of every event's id.
import { catalogue } from '@derbes/domain';
import { type EventStore } from '@derbes/event-store';
import { type Recorded } from '@derbes/kernel';
import { type Pool } from 'pg';

/** Mentions located for one answer; of those beyond it the category alone is told. */
const locatedMax = 1_000;
/** Streams read at the same time. */
const readTogether = 8;

export class MentionedEvents {
  constructor(
    private readonly app: Pool,
    private readonly store: EventStore,
  ) {}

  /** Events by id, as far as they can be found. */
  async find(ids: readonly string[]): Promise<ReadonlyMap<string, Recorded>> {
    const { rows } = await this.app.query<{ id: string; stream_id: string; expected_revision: number }>({
      name: 'mentioned-events',
      text: 'select id, stream_id, expected_revision from claim_event where id = any($1::uuid[]) order by id limit $2',
      values: [ids, locatedMax],
    });
    const found = new Map<string, Recorded>();
    for (let at = 0; at < rows.length; at += readTogether) {
      const some = rows.slice(at, at + readTogether);
      await Promise.all(some.map((row) => this.read(row.stream_id, row.expected_revision + 1, row.id, found)));
    }
    return found;
  }

  /** A claim that was moved stands later than it was decided for, never earlier. */
  private async read(stream: string, revision: number, id: string, found: Map<string, Recorded>): Promise<void> {
    for await (const stored of this.store.readStream(stream, revision)) {
      if (stored.id !== id) continue;
      found.set(id, catalogue.readStored(stored.bytes));
      return;
    }
  }
}
