// What is a read model? Tables, the events that it must understand, and a projection that says what stands in the tables.
import { type Documents, type DomainEvent, type Outside, type Registers, type SourceEvent } from '@derbes/domain';
import { type ModelShape } from './builds.js';
import { type LedgerView, type SubjectView } from './subject-view.js';
import { dueTable } from './due-table.js';
import { type Sums } from './sums.js';
import { type RowOf, type Table } from './table.js';
import { type Unmoved } from './unmoved.js';

/** Rows by table. */
export type RowsByTable = ReadonlyMap<Table, readonly object[]>;

/** A model whose rows each stand on one event and never change. */
export interface EventModel extends ModelShape {
  readonly kind: 'event';
  /** Whether events of this stream are its business; one that it cannot read stops it. */
  readonly follows: (stream: string) => boolean;
  /** Of the streams of subjects, these types alone: they are most of a ledger, and a rebuild reads no others for it. */
  readonly ofSubjects?: ReadonlySet<string>;
  readonly rows: (events: readonly DomainEvent[], lists: Lists) => RowsByTable;
}

/** What stands in documents that events name by their hash. Throws DocumentMissing. */
export interface Lists {
  /** Ids of the executed erasures that the close of an epoch counts. */
  readonly erasuresIn: (document: string) => readonly string[];
}

/** A statement that changes rows about sources. */
export interface SourceUpdate {
  readonly moment: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A model of one table whose rows about a subject follow from the subject's whole history; they are replaced together. */
export interface SubjectModel<T extends Table = Table> extends ModelShape {
  readonly kind: 'subject';
  readonly table: T;
  /** Whether its rows also follow from editions, recipients and holders, which may be told later than what they judge. */
  readonly judges: boolean;
  /** Absent: any event of a subject may change its rows. */
  readonly unmovedBy?: Unmoved;
  /** Subjects that an event of the registers concerns beyond those with facts since the moment it speaks of. */
  readonly alsoJudgedAnew?: (
    event: DomainEvent,
    physical: (table: string) => string,
  ) => { readonly subjects: string; readonly values: readonly unknown[] } | undefined;
  /** Rows that each stand on one event of a source's stream; they have no subject, and change by `sourceUpdates` alone. */
  readonly sourceRows?: (events: readonly SourceEvent[], outside: Outside) => readonly RowOf<T>[];
  /** What the registers say of such rows after they were written; all of it, in the order in which it counts. */
  readonly sourceUpdates?: (registers: Registers, physical: (table: string) => string) => readonly SourceUpdate[];
  /** Rows about the ledger itself, which stand on its opening and have no subject. */
  readonly ledgerRows?: (view: LedgerView) => readonly RowOf<T>[];
  /** How many there are of each kind of its rows about people, kept beside them. */
  readonly sums?: Sums;
  /** Throws NotJudgeable when the registers lack what it needs: tried again when they change. */
  readonly rows: (view: SubjectView) => readonly RowOf<T>[];
}

/** A model of one table that follows from the registers (policy, recipients, holders), which are few: all of it is replaced. */
export interface RegisterModel<T extends Table = Table> extends ModelShape {
  readonly kind: 'register';
  readonly table: T;
  readonly rows: (registers: Registers, documents: Documents) => readonly RowOf<T>[];
}

export type ReadModel = EventModel | SubjectModel | RegisterModel;

/** Streams of the registers by which subjects' facts are judged. */
export const registerStream = (stream: string): boolean =>
  stream === 'policy' || stream.startsWith('recipient-') || stream.startsWith('holder-');

const sourceStream = (stream: string): boolean => stream.startsWith('source-');

export const subjectStream = (stream: string): boolean => stream.startsWith('subject-');

/** Whether an event of the stream can change what the model says. */
export function follows(model: ReadModel, stream: string): boolean {
  if (model.kind === 'event') return model.follows(stream);
  if (model.kind === 'register') return registerStream(stream);
  return subjectStream(stream) || (model.judges && registerStream(stream)) || followsSources(model, stream);
}

/** Whether an event of that type, in that stream, is one that the model reads. */
export const followsType = (model: EventModel, stream: string, type: string): boolean =>
  model.follows(stream) && (!subjectStream(stream) || (model.ofSubjects?.has(type) ?? true));

/** Whether the stream is a source's, and the model has rows about it. */
export const followsSources = (model: SubjectModel, stream: string): boolean =>
  model.sourceRows !== undefined && sourceStream(stream);

export function subjectModel<T extends Table>(model: Omit<SubjectModel<T>, 'kind' | 'tables'>): SubjectModel<T> {
  const tables = [model.table, dueTable(model.name), ...(model.sums ? [model.sums.table] : [])];
  return { ...model, kind: 'subject', tables };
}

export function registerModel<T extends Table>(model: Omit<RegisterModel<T>, 'kind' | 'tables'>): RegisterModel<T> {
  return { ...model, kind: 'register', tables: [model.table] };
}
