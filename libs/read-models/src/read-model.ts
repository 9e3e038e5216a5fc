// What is a read model? Tables, the events that it must understand, and a projection that says what stands in the tables.
import { type DomainEvent, type Registers } from '@derbes/domain';
import { type ClientBase } from 'pg';
import { type ModelShape } from './builds.js';
import { type LedgerView, type SubjectView } from './subject-view.js';
import { type RowOf, type Table } from './table.js';

/** A model whose rows each stand on one event, or on the last of a few. */
export interface EventModel extends ModelShape {
  readonly kind: 'event';
  /** Whether events of this stream are its business; one that it cannot read stops it. */
  readonly follows: (stream: string) => boolean;
  /** Writes what the events say, in order; a second time changes nothing. `physical` gives a table's qualified name. */
  readonly apply: (
    events: readonly DomainEvent[],
    client: ClientBase,
    physical: (table: string) => string,
  ) => Promise<void>;
}

/** A model of one table whose rows about a subject follow from the subject's whole history; they are replaced together. */
export interface SubjectModel<T extends Table = Table> extends ModelShape {
  readonly kind: 'subject';
  readonly table: T;
  /** Whether its rows also follow from editions, recipients and holders, which may be told later than what they judge. */
  readonly judges: boolean;
  /** Rows about the ledger itself, which have no subject. */
  readonly ledgerRows?: (view: LedgerView) => readonly RowOf<T>[];
  /** Throws NotJudgeable when the registers lack what it needs: tried again when they change. */
  readonly rows: (view: SubjectView) => readonly RowOf<T>[];
}

/** A model of one table that follows from the registers (policy, recipients, holders), which are few: all of it is replaced. */
export interface RegisterModel<T extends Table = Table> extends ModelShape {
  readonly kind: 'register';
  readonly table: T;
  readonly rows: (registers: Registers) => readonly RowOf<T>[];
}

export type ReadModel = EventModel | SubjectModel | RegisterModel;

/** Streams of the registers by which subjects' facts are judged. */
export const registerStream = (stream: string): boolean =>
  stream === 'policy' || stream.startsWith('recipient-') || stream.startsWith('holder-');

export const subjectStream = (stream: string): boolean => stream.startsWith('subject-');

/** Whether an event of the stream can change what the model says. */
export function follows(model: ReadModel, stream: string): boolean {
  if (model.kind === 'event') return model.follows(stream);
  if (model.kind === 'register') return registerStream(stream);
  return subjectStream(stream) || (model.judges && registerStream(stream));
}

export function subjectModel<T extends Table>(model: Omit<SubjectModel<T>, 'kind' | 'tables'>): SubjectModel<T> {
  return { ...model, kind: 'subject', tables: [model.table] };
}

export function registerModel<T extends Table>(model: Omit<RegisterModel<T>, 'kind' | 'tables'>): RegisterModel<T> {
  return { ...model, kind: 'register', tables: [model.table] };
}
