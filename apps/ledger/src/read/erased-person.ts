// Is somebody asked about who was erased? Then nothing but the certificate's number is told, and who asked is recorded all the same.
import { fenceOf, foldSubject, subjectStream } from '@derbes/domain';
import { asOwnerName } from '@derbes/vault';
import { Problem } from '../http/problem/problem.js';
import { type Person } from './person.js';
import { type Readers } from './readers.js';

/** In the place of an answer, so that the question is recorded before it leaves. */
export class ErasedPerson {
  constructor(readonly order: string) {}

  problem(): Problem {
    return new Problem('SUBJECT_ERASED', `the person was erased; the certificate is ${this.order}`, {
      order: this.order,
    });
  }
}

/** By all that the ledger knows now, whatever moment is asked about. */
export function erasedPerson({ streams }: Pick<Person, 'streams'>): ErasedPerson | undefined {
  const events = streams.flat();
  const ended = events.some(({ type, facts }) => type === 'ErasureExecuted' && facts.scope === 'person');
  const fence = ended ? fenceOf(foldSubject(events)) : undefined;
  return fence?.executed === undefined ? undefined : new ErasedPerson(fence.order);
}

/** Whether the key of a subject is gone, or going: asked before a long answer begins to leave. */
export async function keyIsGone({ vault }: Readers, subject: string): Promise<boolean> {
  const owner = asOwnerName(subjectStream(subject));
  const row = (await vault.ownersOf([owner])).get(owner);
  return row?.state !== 'live';
}
