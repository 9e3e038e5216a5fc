// How does a journey run a ledger of several processes? Each the built program, all on one PostgreSQL, with one keep.
import { openEventStoreDb, PostgresEventStore, type EventStore } from '@derbes/event-store';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { makePlaces, ServiceProcess, type Keys } from './service-process.js';

/** Of each process, so that a fleet fits into the connections of the tests' server. */
const connectionsMax = 6;

export type Kind = 'http' | 'worker';

/** One of the fleet, started again in its place after it was killed. */
export interface Member {
  readonly kind: Kind;
  readonly name: string;
  service: ServiceProcess;
}

export class Fleet {
  private constructor(
    readonly members: readonly Member[],
    readonly keys: Keys,
    readonly database: TestDatabase,
    private readonly places: ReturnType<typeof makePlaces>,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Starts all at once, on an empty database. */
  static async begin(kinds: readonly Kind[], eventstoreUrl?: string): Promise<Fleet> {
    const places = makePlaces();
    // Nothing is migrated: that is what whoever starts first has to do.
    const database = await testDatabase({});
    const environment = {
      DATABASE_URL: urlOf(database.asApp, database.name),
      DATABASE_OWNER_URL: urlOf(database.asOwner, database.name),
      DATABASE_CONNECTIONS_MAX: String(connectionsMax),
      STOP_GRACE_MS: '0',
      ...(eventstoreUrl !== undefined && { EVENTSTORE_URL: eventstoreUrl }),
    };
    const started = await Promise.allSettled(
      kinds.map((ROLE) => ServiceProcess.start(places, { ...environment, ROLE })),
    );
    const services = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    try {
      for (const one of started) if (one.status === 'rejected') throw one.reason;
      const members = services.map((service, i): Member => ({
        kind: kinds[i] ?? 'http',
        name: `${kinds[i]} ${i + 1}`,
        service,
      }));
      return new Fleet(members, Fleet.keysOf(services), database, places, environment);
    } catch (error) {
      await Promise.all(services.map((service) => service.kill()));
      await database.drop();
      places.remove();
      throw error;
    }
  }

  /** Whoever answers and was first prints the keys, and nobody else does. */
  private static keysOf(services: readonly ServiceProcess[]): Keys {
    const printed = services.map(({ printedKeys }) => printedKeys).filter((keys) => Object.keys(keys).length > 0);
    const [keys, ...others] = printed;
    if (!keys || others.length > 0) throw new Error(`${printed.length} processes printed keys`);
    return keys as Keys;
  }

  of(kind: Kind): readonly Member[] {
    return this.members.filter((member) => member.kind === kind);
  }

  async restart(member: Member): Promise<void> {
    member.service = await ServiceProcess.start(this.places, { ...this.environment, ROLE: member.kind });
  }

  /** Which worker feeds the registers; undefined while none does. */
  async active(): Promise<Member | undefined> {
    for (const member of this.of('worker')) {
      const state = await workerState(member);
      if (state === 'active') return member;
    }
    return undefined;
  }

  /** The store behind the services' backs; close it. */
  async store(): Promise<{ readonly store: EventStore; close(): Promise<void> }> {
    const { EVENTSTORE_URL: url } = this.environment as { EVENTSTORE_URL?: string };
    if (url === undefined) return { store: new PostgresEventStore(this.database.app), close: () => Promise.resolve() };
    const store = await openEventStoreDb(url);
    return { store, close: () => store.close() };
  }

  async end(): Promise<void> {
    try {
      await Promise.all(this.members.map(({ service }) => service.kill()));
      await this.database.drop();
    } finally {
      this.places.remove();
    }
  }
}

export async function workerState({ service }: Member): Promise<string | undefined> {
  try {
    const { text } = await service.as().get('/health/ready');
    return (JSON.parse(text) as { states?: Record<string, string> }).states?.['read-models'];
  } catch {
    return undefined;
  }
}

/** A URL of a database of the tests' own server, which listens on a socket alone. */
export function urlOf({ host, port, user }: TestDatabase['asApp'], name: string): string {
  return `postgresql://${user ?? ''}@localhost:${port ?? 5432}/${name}?host=${encodeURIComponent(host ?? '')}`;
}
