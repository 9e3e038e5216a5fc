// What does every section of a dossier look into? The history, the registers, the consents and where sealed parts stand.
import { baseVerdict } from '@derbes/policy';
import { type SubjectEvent } from '../catalogue.js';
import { metaPrefix, type MetaCategory } from '../vocabulary.js';
import { mark, type History, type Moments } from './known.js';
import { type RegistersAt } from './registers-at.js';
import { type BasisLine, type ConsentLine, type PartRef, type PlacedPart } from './shape.js';
import { type Told } from './told.js';

export interface DossierContext {
  readonly moments: Moments;
  readonly history: History;
  readonly registers: RegistersAt;
  readonly parts: Parts;
  readonly told: Told;
}

/** Which sealed value of an event is of which category: the event itself does not say. */
export class Parts {
  private readonly byEvent = new Map<string, PlacedPart[]>();

  constructor(readonly placed: readonly PlacedPart[]) {
    for (const part of placed) {
      const list = this.byEvent.get(part.event);
      if (list) list.push(part);
      else this.byEvent.set(part.event, [part]);
    }
  }

  of(event: string): readonly PlacedPart[] {
    return this.byEvent.get(event) ?? [];
  }

  /** The parts that are data of the person under a category of the policy. */
  data(event: string): readonly PlacedPart[] {
    return this.of(event).filter((part) => !part.category.startsWith(metaPrefix));
  }

  meta(event: string, category: MetaCategory): PartRef | undefined {
    const part = this.of(event).find((placed) => placed.category === category);
    return part && refOf(part);
  }
}

export const refOf = ({ event, p, owner }: PartRef): PartRef => ({ event, p, owner });

interface StatedBasis {
  readonly code: string;
  readonly consent?: string;
  readonly law?: string;
  readonly article?: string;
}

/** What makes it lawful, as stated; the article and verdict by the profile of that moment. */
export function basisLine(
  basis: StatedBasis | undefined,
  event: SubjectEvent,
  registers: RegistersAt,
  consents: ReadonlyMap<string, ConsentLine>,
): BasisLine {
  if (!basis) return { ...mark(event), verdict: 'not-stated' };
  const profile = registers.profile(registers.edition(event.edition), event.occurred);
  const { verdict, base } = profile
    ? baseVerdict(profile, basis.code)
    : { verdict: 'not-judged' as const, base: undefined };
  const article = basis.law && basis.article ? `${basis.law}:${basis.article}` : base?.article;
  const { consent } = basis;
  return {
    ...mark(event),
    code: basis.code,
    ...(article && { article }),
    verdict,
    ...(consent && { consent: { event: consent, standing: consents.get(consent)?.standing ?? 'unknown' } }),
  };
}
