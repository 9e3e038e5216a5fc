// How do the claims of events come back that stand in a store of their own? Its events are held against the files, then each sidecar is put down.
import { followPages, type EventStore } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { RightEdge, tileWidthMax } from '@derbes/transparency';
import { type LogDirectory } from '@derbes/transparency/files.js';
import { type PoolClient } from 'pg';
import { type Progress } from '../progress.js';
import { acceptGap, withoutClaim } from './claims-behind.js';
import { type KeysBack } from './keys-back.js';
import { type ProvenFiles } from './proven-files.js';
import { putBeside } from './put-back.js';
import { RecoverError } from './recover-error.js';
import { Recovering, type Recovered } from './recovering.js';

interface Compared {
  /** Events behind the last that was signed, which no sidecar tells of. */
  readonly unsigned: number;
  /** Of the last event of the store. */
  readonly position: string | undefined;
}

export class RecoveringClaims extends Recovering {
  protected override readonly side = 'claims';

  constructor(
    session: PoolClient,
    directory: LogDirectory,
    proven: ProvenFiles,
    progress: Progress,
    keys: KeysBack | undefined,
    private readonly store: EventStore,
    private readonly place: string,
  ) {
    super(session, directory, proven, progress, keys);
  }

  override async run(withoutClaims: boolean): Promise<Recovered> {
    const { size } = this.proven.checkpoint;
    const known = await this.count('select coalesce(max(size), 0)::text as count from log_head');
    const { unsigned, position } = await this.compareStore();
    if (!withoutClaims) {
      await this.assertSidecars(Math.min(known, size));
      if (unsigned > 0) throw unsignedClaims(unsigned);
    }
    await this.halt();
    // Whoever writes claims says where their events are (decision 0030).
    await this.session.query(`select set_config('derbes.store', $1, false)`, [this.place]);
    await this.session.query(
      'create temp table ledger_event (position bigint, event_id uuid, stream_id text, type text, body text)',
    );
    this.progress.phase('claims', Math.max(0, size - known));
    for (const [index, width] of this.bundlesFrom(Math.min(known, size))) {
      const first = index * tileWidthMax;
      const after = Math.max(first, known);
      const entries = (await this.entriesFrom(first)).slice(after - first);
      await this.noteEvents(entries, after);
      const sidecar = await this.sidecarOf(index, width, withoutClaims);
      for (const { token, of } of await putBeside(this.session, after, entries, sidecar)) this.claims.set(token, of);
      this.events += entries.length;
      this.progress.at(this.events);
    }
    if (withoutClaims && position !== undefined) await acceptGap(this.session, position);
    return this.ended(known);
  }

  /** Throws RECOVER_FORKED where the store has another event than was signed, RECOVER_UNSUPPORTED where it has fewer. */
  private async compareStore(): Promise<Compared> {
    const { size, root } = this.proven.checkpoint;
    this.progress.phase('compare', size);
    await this.keys?.begin(this.session);
    const edge = new RightEdge();
    let entries: Uint8Array[] = [];
    let unsigned = 0;
    let position: string | undefined;
    for await (const page of followPages(this.store, { until: 'head' })) {
      const signed = page.slice(0, size - edge.size);
      for (const { bytes } of signed) {
        const place = edge.size % tileWidthMax;
        if (place === 0) entries = await this.entriesFrom(edge.size);
        const entry = entries[place];
        if (!entry || !Buffer.from(bytes).equals(entry)) throw otherEvent(edge.size);
        edge.appendEntry(entry);
      }
      unsigned += await withoutClaim(this.session, page.slice(signed.length));
      await this.keys?.note(this.session, page);
      position = page.at(-1)?.position ?? position;
      this.progress.at(edge.size);
    }
    if (edge.size < size) throw storeShort(edge.size, size);
    if (!edge.root().equals(root)) throw otherEvent(size - 1);
    return { unsigned, position };
  }

  /** What is said of lost values asks the events behind `after` in a table of that name; here they stand elsewhere. */
  private async noteEvents(entries: readonly Uint8Array[], after: number): Promise<void> {
    const bodies = entries.map((entry) => Buffer.from(entry).toString());
    const read = bodies.map((body) => readEnvelope(body));
    await this.session.query(
      `insert into ledger_event select $1::bigint + n, u.id, u.stream, u.type, u.body
       from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) with ordinality as u (id, stream, type, body, n)`,
      [after, read.map(({ id }) => id), read.map(({ stream }) => stream), read.map(({ type }) => type), bodies],
    );
  }
}

const otherEvent = (leaf: number): RecoverError =>
  new RecoverError(
    'RECOVER_FORKED',
    `event ${leaf} of the store is not the one that was signed: name the EventStoreDB of this ledger in EVENTSTORE_URL. Nothing was put back`,
  );

const storeShort = (size: number, signed: number): RecoverError =>
  new RecoverError(
    'RECOVER_UNSUPPORTED',
    `the EventStoreDB has ${size} events and ${signed} were signed: restore a newer backup of that server first, then start this again`,
  );

const unsignedClaims = (events: number): RecoverError =>
  new RecoverError(
    'RECOVER_CLAIMS_MISSING',
    `${events} events at the end of the store were never signed, so no file says which CloudEvents and commands they were made of: what ` +
      'services repeat of those is recorded a second time. Go on all the same with --without-claims. Nothing was put back',
  );
