// On what is a decision about data made whose last term is over? On what stands on the disk about the person and all merged with her.
import { decideRetention, retentionIdsOf, type RetentionCommand, type RetentionOutcome } from '@derbes/domain';
import { randomUUID } from 'node:crypto';
import { standingOf } from '../erasure/person-stream.js';
import { placesOf } from '../erasure/places.js';
import { type Plan } from '../write/command-writer.js';
import { ownerOfSubject } from '../write/resolving.js';
import { type Writers } from '../write/writers.js';

export type Deciding = Pick<Writers, 'vault' | 'registers' | 'erasures' | 'restricted'>;

/** Throws what `decideRetention` refuses. */
export async function decidedNow(
  { vault, registers, erasures, restricted }: Deciding,
  command: RetentionCommand,
  at: string,
): Promise<{ readonly outcome: RetentionOutcome; readonly plan: Omit<Plan, 'result'> }> {
  const { folds, heads } = await standingOf(erasures.streams(), command.subject, at);
  const members = [...folds.keys()];
  const parts = await Promise.all(members.map((member) => placesOf(vault, ownerOfSubject(member))));
  const outcome = decideRetention(command, folds, {
    ...registers.outside,
    at,
    ids: Array.from({ length: retentionIdsOf(members.length) }, () => randomUUID()),
    parts: parts.flat(),
    restricted: await restricted.holdsOn(members, at),
  });
  return { outcome, plan: { drafts: outcome.drafts, heads } };
}
