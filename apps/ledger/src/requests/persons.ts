// Who is the person of a request, with everybody who was found to be the same?
import { foldOfFamily, isKnown, subjectOfStream, type PlacedPart, type SubjectFold } from '@derbes/domain';
import { asOwnerName, type Vault } from '@derbes/vault';
import { placesOf } from '../erasure/places.js';
import { type Readers } from '../read/readers.js';
import { foldsOf } from '../write/folds-of.js';
import { type Writers } from '../write/writers.js';

/** Merges may be chained; a longer chain than this is a mistake. */
const hopsMax = 16;

export interface Person {
  /** The survivor of all merges. */
  readonly subject: string;
  readonly members: readonly string[];
  readonly fold: SubjectFold;
}

/** Undefined where there is no such subject. */
export async function personOf(writers: Writers, subject: string, at: string): Promise<Person | undefined> {
  let survivor = subject;
  for (let hop = 0; hop < hopsMax; hop++) {
    const { folds } = await foldsOf(writers, [survivor], at);
    const own = folds.get(survivor);
    if (!own || !isKnown(own)) return undefined;
    const into = own.state.identity.mergedInto?.other;
    if (into === undefined) {
      return { subject: survivor, members: [...folds.keys()], fold: foldOfFamily(survivor, folds) };
    }
    survivor = into;
  }
  return undefined;
}

/** Where her values stand, those of everybody merged into her among them. */
export async function partsOf(vault: Vault, { members }: Person): Promise<readonly PlacedPart[]> {
  return (await Promise.all(members.map((one) => placesOf(vault, asOwnerName(`subject-${one}`))))).flat();
}

/** Whom a recognised representative acts for: in her stream it was recognised. Undefined where nobody was. */
export async function representedBy(
  writers: Writers,
  readers: Readers,
  recognition: string | undefined,
  at: string,
): Promise<Person | undefined> {
  if (recognition === undefined) return undefined;
  const event = (await readers.mentions.find([recognition])).get(recognition);
  if (event?.type !== 'RepresentativeRecognised') return undefined;
  return personOf(writers, subjectOfStream(event.stream), at);
}
