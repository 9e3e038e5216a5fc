// What keeps data that is to be destroyed: a hold, a law, an open obligation, a block; by which act, and until when?
import {
  keepingOf,
  type DeclaredPolicy,
  type DeclaredStatutoryRetention,
  type Keeping,
  type Profile,
} from '@derbes/policy';
import { groundOf } from './judge-basis.js';
import { policyOf, profileOf, type Outside } from './case.js';
import { type ErasureCause, type ErasureGround, type Kept } from './erasure.js';
import { holdsOn } from './erasure-state.js';
import { blockOf, type Holding } from './holding.js';
import { editionAt } from './registers.js';
import { isHeldRestricted, type HoldExtent } from './restricted/state.js';
import { openObligation } from './relation.js';
import { speaksOf, statutoryTerm, type StatutoryTerm } from './retention/statutory.js';
import { type SubjectState } from './subject-state.js';
import { actOf } from './vocabulary.js';

/** One reason for one category. */
export type Keeper = Omit<Kept, 'categories'>;

export interface Destroying {
  readonly cause: ErasureCause;
  /** Of an erasure. */
  readonly ground?: ErasureGround | undefined;
  /** When it is looked at. */
  readonly at: string;
}

/** Whoever objects or withdraws is still bound by what is owed; what ended by itself is not. */
const limitedByObligations = new Set<ErasureGround | undefined>(['consent-withdrawn', 'subject-request', 'objection']);

/** Asks category by category; what it needs for all of them is looked up once. */
export class Keepers {
  private readonly policy: DeclaredPolicy | undefined;
  private readonly profile: Profile;
  private readonly restrictedHolds: readonly HoldExtent[];

  constructor(
    private readonly state: SubjectState,
    outside: Outside & { readonly restricted?: readonly HoldExtent[] },
    private readonly destroying: Destroying,
  ) {
    this.restrictedHolds = outside.restricted ?? [];
    const document = editionAt(outside.registers, destroying.at)?.document;
    this.policy = document === undefined ? undefined : policyOf(outside, document);
    this.profile = profileOf(outside, destroying.at, this.policy);
  }

  /** Holds and blocks: they may come at any time, so they are asked again when an order is carried out. */
  sudden(category: string): Keeper[] {
    return [...this.holds(category), ...this.block(category)];
  }

  /** What keeps a category when its destruction is ordered, or demanded by a fact. */
  of(category: string): Keeper[] {
    const { cause } = this.destroying;
    const sudden = this.sudden(category);
    if (cause === 'correction' || cause === 'retraction') return sudden;
    return [...sudden, ...this.statutory(category), ...(cause === 'erasure' ? this.obligation(category) : [])];
  }

  /**
   * Holds of which the law forbids to tell. Asked where nothing else keeps the category, and worded as any hold that names no act: whoever
   * is told of it learns no more than that a hold stands.
   */
  restricted(category: string): Keeper[] {
    if (!isHeldRestricted(this.restrictedHolds, category)) return [];
    return [{ why: 'LEGAL_HOLD', ...this.law('legal-hold') }];
  }

  /** The hold is not named: an order that is refused says the same whichever hold it was. */
  private holds(category: string): Keeper[] {
    return holdsOn(this.state.erasures, category, this.destroying.at).map(({ act, article, until }) => ({
      why: 'LEGAL_HOLD',
      ...(act === undefined && article === undefined
        ? this.law('legal-hold')
        : { ...(act !== undefined && { act }), ...(article !== undefined && { article }) }),
      ...(until !== undefined && { until }),
    }));
  }

  /** Art. 1(3): a block suspends destruction too, until it ends or the breach is confirmed. */
  private block(category: string): Keeper[] {
    if (this.destroying.ground === 'breach-confirmed') return [];
    const block = blockOf(this.state.holdings, category);
    return block ? [{ why: 'BLOCKED', block: block.event, ...this.law('blocked') }] : [];
  }

  private statutory(category: string): Keeper[] {
    return (this.policy?.statutoryRetention(category) ?? []).flatMap((row) => {
      const stands = this.rowStands(row, category);
      if (!stands) return [];
      // A machine neither keeps nor destroys by a row that nobody confirmed: an officer does.
      if (!row.confirmed && this.destroying.cause !== 'erasure') return [];
      const law = actOf(row.act, row.article);
      return [
        {
          why: row.confirmed ? 'STATUTORY_RETENTION' : 'RETENTION_UNCONFIRMED',
          row: row.code,
          ...law,
          ...(stands.until !== undefined && { until: stands.until }),
        } satisfies Keeper,
      ];
    });
  }

  /** Whether the row speaks of this person's data now: the relation that starts its clock is open, or its term runs. */
  private rowStands(row: DeclaredStatutoryRetention, category: string): StatutoryTerm | undefined {
    if (!this.held(category).some(({ holder }) => speaksOf(row, holder)) && row.holders.length > 0) return undefined;
    const term = statutoryTerm(row, this.state.relations);
    return term?.until !== undefined && term.until <= this.destroying.at ? undefined : term;
  }

  /** Art. 8(2): what serves an obligation that is not fulfilled stays, if it is held on a basis that limits withdrawal. */
  private obligation(category: string): Keeper[] {
    if (!limitedByObligations.has(this.destroying.ground)) return [];
    const open = openObligation(this.state.relations);
    if (!open) return [];
    const about = { profile: this.profile, policy: this.policy };
    const limits = this.held(category).some(({ bases }) =>
      bases.some((basis) => (groundOf(about, basis).row?.limits_withdrawal?.length ?? 0) > 0),
    );
    return limits ? [{ why: 'OBLIGATION_OPEN', obligation: open.event, ...this.law('obligation-open') }] : [];
  }

  private held(category: string): Holding[] {
    return [...this.state.holdings.current.values()].filter(
      (holding) => holding.category === category && holding.end === undefined,
    );
  }

  private law(code: string): { act?: string; article?: string } {
    return lawOf(keepingOf(this.profile, code));
  }
}

/** Act and article of a row of the profile, where an event can name them. */
export const lawOf = (row: Pick<Keeping, 'article'> | undefined): { act?: string; article?: string } => {
  const [act, article] = row?.article.split(':') ?? [];
  return actOf(act, article);
};

/** Reasons of many categories as an event names them: each reason once, with all that it keeps. */
export function keptOf(byCategory: ReadonlyMap<string, readonly Keeper[]>): Kept[] {
  const kept = new Map<string, Keeper & { categories: string[] }>();
  for (const [category, keepers] of byCategory) {
    for (const keeper of keepers) {
      const { why, row, block, obligation, act, article, until } = keeper;
      const key = JSON.stringify([why, row, block, obligation, act, article, until]);
      const same = kept.get(key);
      if (same?.categories.at(-1) === category) continue;
      if (same) same.categories.push(category);
      else kept.set(key, { ...keeper, categories: [category] });
    }
  }
  return [...kept.values()];
}
