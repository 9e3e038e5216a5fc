// Which events change nothing that a model says, so that the model is not asked when they come?
import { type SubjectEvent, type SubjectFold } from '@derbes/domain';

type Type = SubjectEvent['type'];

/** How a person is known. */
export const identifying = [
  'SubjectRegistered',
  'IdentifierLinked',
  'IdentifierUnlinked',
  'IdentifierContested',
] as const;
/** What is done with data without holding or ending anything. */
export const using = ['DataUsed', 'DataPublished', 'DataUnpublished', 'AutomatedDecisionMade'] as const;
export const collecting = ['DataCollected', 'DataDeclared'] as const;
export const agreeing = ['ConsentGiven', 'ConsentRefused', 'PolicyAcknowledged'] as const;
export const telling = ['SubjectNotified', 'NoticePrepared'] as const;
export const tasking = [
  'TaskOrdered',
  'TaskDelivered',
  'TaskAcknowledged',
  'TaskFailed',
  'TaskResent',
  'TaskClosed',
] as const;

/** A person's whole story is told anew by these: they move every model. */
const movesAll: ReadonlySet<Type> = new Set<Type>([
  'FactRetracted',
  'SubjectsMerged',
  'SubjectsUnmerged',
  'ErasureExecuted',
]);

/** Types of events by which none of a model's rows ever changes, in whatever order facts come. */
export type Unmoved = ReadonlySet<string>;

/** Throws for what moves every model. */
export function unmovedBy(...types: readonly Type[]): Unmoved {
  for (const type of types) if (movesAll.has(type)) throw new Error(`${type} moves every model`);
  return new Set<string>(types);
}

interface Mover {
  readonly unmovedBy?: Unmoved;
}

/** Whether one of these types may change what the model says. */
export function isMoved({ unmovedBy: unmoved }: Mover, types: Iterable<string>): boolean {
  if (!unmoved) return true;
  for (const type of types) if (!unmoved.has(type)) return true;
  return false;
}

/** When the last fact occurred that the model looks at; undefined when there is none. */
export const lastMoving = ({ unmovedBy: unmoved }: Mover, { entries }: SubjectFold): string | undefined =>
  entries.findLast(({ type }) => !unmoved?.has(type))?.occurred;
