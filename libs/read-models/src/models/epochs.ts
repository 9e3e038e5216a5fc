// Which key epochs are there, what did the close of each count, and which of their keys are destroyed? Rows by event: one told twice harms nothing.
import { type DomainEvent } from '@derbes/domain';
import { type EventModel } from '../read-model.js';
import { defineTable, is, type Table } from '../table.js';

const openedTable = defineTable({
  name: 'epoch_opened',
  columns: { epoch: is.code, event: is.id, opened: is.moment, custodians: is.codes },
  key: ['epoch', 'event'],
  indexes: [],
});

const closedTable = defineTable({
  name: 'epoch_closed',
  columns: { epoch: is.code, event: is.id, closed: is.moment, erasures: is.count, list: is.hash },
  key: ['epoch', 'event'],
  indexes: [],
});

const keyDestroyedTable = defineTable({
  name: 'epoch_key_destroyed',
  columns: { epoch: is.code, custodian: is.code, event: is.id, destroyed: is.moment },
  key: ['epoch', 'custodian', 'event'],
  indexes: [],
});

/** One row for each executed erasure that a close counted, by the event that says it was executed. */
const countedTable = defineTable({
  name: 'epoch_erasure',
  columns: { executed: is.id, epoch: is.code, event: is.id },
  key: ['executed', 'epoch', 'event'],
  indexes: [],
});

type Of<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>;
const among = <Type extends DomainEvent['type']>(events: readonly DomainEvent[], type: Type): readonly Of<Type>[] =>
  events.filter((event): event is Of<Type> => event.type === type);

export const epochs: EventModel = {
  kind: 'event',
  name: 'epochs',
  version: 1,
  tables: [openedTable, closedTable, keyDestroyedTable, countedTable],
  follows: (stream) => stream === 'ledger',
  rows(events, lists) {
    const opened = among(events, 'EpochOpened').map(({ id: event, at, facts }) => ({
      event,
      epoch: facts.epoch,
      opened: at,
      custodians: facts.custodians.map(({ name }) => name),
    }));
    const closings = among(events, 'EpochClosed');
    const closed = closings.map(({ id: event, at, facts: { epoch, erasures, list } }) => ({
      event,
      epoch,
      list,
      closed: at,
      erasures: Number(erasures),
    }));
    const counted = closings.flatMap(({ id: event, facts: { epoch, list } }) =>
      [...new Set(lists.erasuresIn(list))].map((executed) => ({ executed, epoch, event })),
    );
    const destroyed = among(events, 'KeyDestroyed').map(({ id: event, facts }) => ({
      event,
      epoch: facts.epoch,
      custodian: facts.custodian,
      destroyed: facts.destroyed,
    }));
    return new Map<Table, readonly object[]>([
      [openedTable, opened],
      [closedTable, closed],
      [countedTable, counted],
      [keyDestroyedTable, destroyed],
    ]);
  },
};
