// Use by use: does it lean on what is withdrawn, does an obligation or a statute keep it going, and what else makes it lawful?
import { type DeclaredPolicy, keepingOf, type Profile } from '@derbes/policy';
import { homeOf, policyOf, profileOf, shownOf, type Outside } from '../case.js';
import { type Consent, type ConsentScope } from '../consent.js';
import { coverage, coverages, takesAway, type Ask } from '../consent-coverage.js';
import { holdsOn } from '../erasure-state.js';
import { groundOf } from '../judge-basis.js';
import { Keepers, lawOf, type Keeper } from '../keepers.js';
import { editionAt, recipientAt } from '../registers.js';
import { openObligation, openRelation } from '../relation.js';
import { type SubjectState } from '../subject-state.js';
import { type KeptGroup } from './command.js';
import { type Use } from './uses.js';

/** Why a use goes on, without the words for what goes on. */
export type Condition = Omit<KeptGroup, 'purposes' | 'categories' | 'recipients' | 'publication'>;

export interface Taken {
  readonly consent: Consent;
  readonly scope?: ConsentScope | undefined;
}

export class Judging {
  readonly policy: DeclaredPolicy | undefined;
  readonly profile: Profile;
  private readonly keepers: Keepers;

  constructor(
    private readonly state: SubjectState,
    private readonly outside: Outside,
    private readonly at: string,
  ) {
    const document = editionAt(outside.registers, at)?.document;
    this.policy = document === undefined ? undefined : policyOf(outside, document);
    this.profile = profileOf(outside, at, this.policy);
    this.keepers = new Keepers(state, outside, { cause: 'erasure', ground: 'consent-withdrawn', at });
  }

  /** Whether the withdrawal speaks of this use at all. */
  concerns({ consent, scope }: Taken, use: Use): boolean {
    return takesAway(scope, this.ask(use)) && (this.leansOn(consent, use) || consent.purposes.includes(use.purpose));
  }

  /** Whether it stood on this consent: it names it, or the consent covers it. A term that is over is no other ground. */
  leansOn(consent: Consent, use: Use): boolean {
    if (use.bases.some((basis) => basis.consent === consent.event)) return true;
    const shown = shownOf(this.outside)(consent);
    return coverage(consent, this.ask(use), shown, this.state).lacks.every((lack) => lack === 'term');
  }

  /** What makes the use lawful without the consents withdrawn: a base of the law, or another consent that stands. */
  otherwise(use: Use, withdrawn: ReadonlySet<string>): string | undefined {
    const byLaw = use.bases.find((basis) => groundOf(this, basis).byLaw);
    if (byLaw) return byLaw.code;
    const other = coverages(this.state, this.ask(use), shownOf(this.outside)).find(
      ({ consent, lacks, withdrawn: by }) => lacks.length === 0 && by === undefined && !withdrawn.has(consent.event),
    );
    return other && 'other-consent';
  }

  /** Art. 8(2): something is owed, and what the use stands on limits withdrawal. */
  owed(use: Use): Condition | undefined {
    const open = openObligation(this.state.relations);
    if (!open || use.publication) return undefined;
    const limits = use.bases.some((basis) => (groundOf(this, basis).row?.limits_withdrawal?.length ?? 0) > 0);
    if (!limits) return undefined;
    const law = lawOf(keepingOf(this.profile, 'obligation-open'));
    return { extent: 'use', why: 'OBLIGATION_OPEN', obligation: open.event, ...law };
  }

  /**
   * Holds and statutes keep the data, not its use. A hold of which the law forbids to tell is not among them: a withdrawal stops the same
   * uses with and without it.
   */
  stored(category: string): Condition[] {
    return [...this.held(category), ...this.keepers.of(category).flatMap((keeper) => this.retained(keeper, category))];
  }

  /** Each by its own id: the refusal ends with it. */
  private held(category: string): Condition[] {
    return holdsOn(this.state.erasures, category, this.at).map(({ event, act, article, until }) => ({
      extent: 'storage',
      why: 'LEGAL_HOLD',
      hold: event,
      ...(act === undefined && article === undefined
        ? lawOf(keepingOf(this.profile, 'legal-hold'))
        : { ...(act !== undefined && { act }), ...(article !== undefined && { article }) }),
      ...(until !== undefined && { until }),
    }));
  }

  private retained({ why, row, act, article, until }: Keeper, category: string): Condition[] {
    if (row === undefined || (why !== 'STATUTORY_RETENTION' && why !== 'RETENTION_UNCONFIRMED')) return [];
    const relation = this.relationOf(row, category);
    const law = { ...(act !== undefined && { act }), ...(article !== undefined && { article }) };
    const end = { ...(relation !== undefined && { relation }), ...(until !== undefined && { until }) };
    return [{ extent: 'storage', why, row, ...end, ...law }];
  }

  /** The relation whose end starts the row's term, while it is open: until then nobody knows when the row ends. */
  private relationOf(code: string, category: string): string | undefined {
    const row = this.policy?.statutoryRetention(category).find((one) => one.code === code);
    const relation = row?.relation;
    return relation !== undefined && openRelation(this.state.relations, relation) ? relation : undefined;
  }

  private ask({ category, purpose, recipient, countries, publication }: Use): Ask {
    const home = homeOf(this.profile, this.policy);
    const abroad = home === undefined ? undefined : countries.find((country) => country !== home);
    const known = recipient === undefined ? undefined : recipientAt(this.outside.registers, recipient, this.at);
    return {
      category,
      purpose,
      moment: this.at,
      ...(recipient !== undefined && { recipient: { code: recipient, class: known?.class } }),
      ...(abroad !== undefined && { abroad }),
      ...(publication && { publication: true }),
    };
  }
}
