// Whom does an identifier find, by what was looked up, what is under way, and what was moved since the look-up?
import { subjectOfStream, type Named } from '@derbes/domain';
import { type Holders, type KeyRow, type LookupToken, type OwnerName } from '@derbes/vault';
import { type LookedAt, type LookedUp } from './resolving.js';
import { type Underway } from './underway.js';
import { type Link } from './unit-maker.js';

interface Finding {
  readonly looked: LookedUp;
  readonly underway: Underway;
}

export function heldBy({ token }: LookupToken, { looked, underway }: Finding): Holders {
  const hex = token.toString('hex');
  const moved = looked.moved.get(hex);
  if (moved) return moved;
  const { holder, past = [], fences = [] } = looked.subjects.get(hex) ?? {};
  const now = underway.holder(token) ?? holder;
  return now ? { holder: now, past, fences } : { past, fences };
}

/** An identifier as the domain sees it. */
export function namedBy(named: LookedAt['named'], { holder, past }: Holders): Named {
  return {
    ...named,
    ...(holder && { holder: subjectOfStream(holder.owner) }),
    ...(past.length > 0 && {
      past: past.map((before) => ({ holder: subjectOfStream(before.holder.owner), until: before.until })),
    }),
  };
}

/** Whoever is decided next on the same look-up must find the identifier where this link moves it to. `made`: new owners of its unit. */
export function noteMove(
  { token, owner, from }: Link,
  made: readonly KeyRow[],
  standing: ReadonlyMap<OwnerName, KeyRow>,
  finding: Finding,
): void {
  const { holder: before, past, fences } = heldBy(token, finding);
  const holder = made.find((row) => row.owner === owner) ?? standing.get(owner);
  if (!from || !before || !holder) return;
  const held = { holder, past: [...past, { holder: before, until: from.until }], fences };
  finding.looked.moved.set(token.token.toString('hex'), held);
}
