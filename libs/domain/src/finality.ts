// Which executed erasures are final: whose keys does no custodian have any more?
import { type DomainEvent } from './catalogue.js';

export interface EpochKeys {
  readonly epoch: string;
  readonly custodians: readonly string[];
  readonly closed?: { readonly event: string; readonly moment: string };
  /** By custodian. */
  readonly destroyed: ReadonlyMap<string, { readonly event: string; readonly moment: string }>;
}

/** By epoch, in the order in which they were opened. */
export type Epochs = ReadonlyMap<string, EpochKeys>;

export interface Final {
  /** The epoch whose close came first after the execution. */
  readonly epoch: string;
  readonly closed: string;
  /** When the last key went that could open what was destroyed. */
  readonly moment: string;
  /** KeyDestroyed events, of this epoch and of those before. */
  readonly keys: readonly string[];
}

/** The epochs after one more event of the stream `ledger`; others change nothing. */
export function evolveEpochs(epochs: Epochs, event: DomainEvent): Epochs {
  switch (event.type) {
    case 'EpochOpened': {
      const { epoch, custodians } = event.facts;
      const names = custodians.map(({ name }) => name);
      return new Map(epochs).set(epoch, { epoch, custodians: names, destroyed: new Map() });
    }
    case 'EpochClosed': {
      const known = epochs.get(event.facts.epoch);
      const closed = { event: event.id, moment: event.at };
      return known ? new Map(epochs).set(known.epoch, { ...known, closed }) : epochs;
    }
    case 'KeyDestroyed': {
      const { epoch, custodian, destroyed } = event.facts;
      const known = epochs.get(epoch);
      if (!known || known.destroyed.has(custodian)) return epochs;
      const gone = new Map(known.destroyed).set(custodian, { event: event.id, moment: destroyed });
      return new Map(epochs).set(epoch, { ...known, destroyed: gone });
    }
    default:
      return epochs;
  }
}

/**
 * How what was executed before the close of an epoch became final; undefined while it is not. Keys of every epoch before it
 * must be gone too: a backup from then opens with them what was wrapped then.
 */
export function finalBy(epochs: Epochs, epoch: string): Final | undefined {
  const last = epochs.get(epoch);
  if (!last?.closed) return undefined;
  const until = [...epochs.values()].slice(0, [...epochs.keys()].indexOf(epoch) + 1);
  const gone = until.flatMap(({ custodians, destroyed }) => custodians.map((name) => destroyed.get(name)));
  const keys = gone.filter((one) => one !== undefined);
  if (keys.length < gone.length) return undefined;
  const moments = keys.map(({ moment }) => moment).sort();
  return { epoch, closed: last.closed.event, moment: moments.at(-1) ?? '', keys: keys.map(({ event }) => event) };
}

/** By ErasureExecuted event, all that are final, from events in the order of the store. */
export function finalityOf(events: Iterable<DomainEvent>): ReadonlyMap<string, Final> {
  let epochs: Epochs = new Map();
  let open: string[] = [];
  const closedWith = new Map<string, string>();
  for (const event of events) {
    epochs = evolveEpochs(epochs, event);
    if (event.type === 'ErasureExecuted') open.push(event.id);
    if (event.type !== 'EpochClosed') continue;
    for (const executed of open) closedWith.set(executed, event.facts.epoch);
    open = [];
  }
  return new Map(
    [...closedWith].flatMap(([executed, epoch]) => {
      const final = finalBy(epochs, epoch);
      return final ? [[executed, final] as const] : [];
    }),
  );
}
