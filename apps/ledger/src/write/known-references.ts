// Which events and organisations do the references of a fact mean, by what was looked up?
import { mainEventOf } from './main-event.js';
import { type Outcome } from './outcome.js';
import { type LookedUp, type Resolved } from './resolving.js';
import { type Known } from './telling-parts.js';

interface Refusal {
  readonly refused: NonNullable<Outcome['problem']>;
}

export const refusal = (code: string, detail: string, pointer: string): Refusal => ({
  refused: { code, detail, pointer },
});

/** `reserved`: ids reserved for pairs referred to, by token in hex. */
export function knownOf(
  { told, referenceTokens }: Resolved,
  { looked, reserved }: { readonly looked: LookedUp; readonly reserved: ReadonlyMap<string, string> },
  organisations: readonly string[],
): Known | Refusal {
  const events: { readonly id: string; readonly type: string }[] = [];
  for (const [place, reference] of told.references.entries()) {
    const hex = referenceTokens[place]?.toString('hex') ?? '';
    const found = looked.claims.get(hex);
    const standing = found && found.state !== 'reserved' ? mainEventOf(found.events, reference.type) : undefined;
    const promised = reserved.get(hex);
    if (standing) events.push(standing);
    else if (promised !== undefined) events.push({ id: promised, type: reference.type });
    else {
      return refusal(
        'REFERENCE_OF_ANOTHER_KIND',
        `what was sent under it made no ${reference.type}`,
        reference.pointer,
      );
    }
  }
  return {
    event: (place) => events[place]?.id ?? '',
    eventType: (place) => events[place]?.type ?? '',
    organisation: (place) => organisations[place] ?? '',
  };
}
