// Does the stated basis stand, and where only a consent makes it stand, which consent covers it?
import { baseVerdict, missingRequirements, type Profile, type ProfileBase } from '@derbes/policy';
import { shownOf, type Case } from './case.js';
import { coverages, type Ask, type Coverage } from './consent-coverage.js';
import { type FindingParams } from './finding.js';
import { type Basis } from './holding.js';
import { openObligation } from './relation.js';

export interface Ground {
  /** Lawful without a consent. */
  readonly byLaw: boolean;
  readonly needsConsent: boolean;
  readonly row: ProfileBase | undefined;
  /** Why it does not stand: what the row demands and the fact lacks. */
  readonly missing: readonly string[];
}

/** A code is the profile's own, or the policy's, which then stands for the one row of the profile that it covers. */
export function groundOf({ profile, policy }: Pick<Case, 'profile' | 'policy'>, basis: Basis): Ground {
  const direct = baseVerdict(profile, basis.code);
  const { verdict, base: row } = direct.base
    ? direct
    : coveredVerdict(profile, policy?.basis(basis.code)?.covers ?? []);
  const needsConsent = verdict === 'stands-only-with-consent' || row?.requires.includes('consent') === true;
  if (verdict === 'does-not-stand' || !row) return { byLaw: false, needsConsent: false, row, missing: [] };
  const missing = missingRequirements(row, {
    consent: 'judged-apart',
    'source-link': 'judged-apart',
    ...(basis.law === undefined ? {} : { law: basis.law }),
    ...(basis.article === undefined ? {} : { article: basis.article }),
  });
  return {
    byLaw: !needsConsent && missing.length === 0,
    needsConsent: needsConsent && missing.length === 0,
    row,
    missing,
  };
}

function coveredVerdict(profile: Profile, codes: readonly string[]): ReturnType<typeof baseVerdict> {
  const [only, ...others] = codes.filter((code) => baseVerdict(profile, code).base !== undefined);
  return only === undefined || others.length > 0
    ? { verdict: 'does-not-stand', base: undefined }
    : baseVerdict(profile, only);
}

export type AskBeyond = Omit<Ask, 'category' | 'purpose' | 'moment'>;

/** Findings about the basis of a fact naming these categories and purposes. */
export function judgeBasis(
  the: Case,
  facts: { readonly categories: readonly string[]; readonly purposes: readonly string[]; readonly basis?: Basis },
  beyond: AskBeyond = {},
): void {
  const { policy, findings } = the;
  const { basis } = facts;
  const clause = policy?.sectionClause('bases') ?? '-';
  if (!basis) return findings.add('NO_BASIS', clause);
  const ground = groundOf(the, basis);
  if (ground.byLaw) return;
  if (!ground.needsConsent) {
    const params = {
      basis: basis.code,
      ...(ground.missing.length > 0 ? { lacks: ground.missing } : {}),
      ...(ground.row?.instead ? { instead: ground.row.instead } : {}),
    };
    return findings.add(
      'BASIS_NOT_IN_LAW',
      policy?.basis(basis.code)?.clause ?? clause,
      {},
      params,
      ground.row?.article,
    );
  }
  for (const purpose of new Set(facts.purposes)) {
    for (const category of new Set(facts.categories)) judgeConsent(the, basis, ground, { category, purpose }, beyond);
  }
}

function judgeConsent(
  the: Case,
  basis: Basis,
  ground: Ground,
  about: { readonly category: string; readonly purpose: string },
  beyond: AskBeyond,
): void {
  const best = bestCoverage(the, { ...about, moment: the.entry.occurred, ...beyond }, basis.consent);
  if (best && decides(best, ground, the)) return;
  const { findings, policy, profile } = the;
  const clause = policy?.basis('consent')?.clause ?? policy?.sectionClause('bases') ?? '-';
  if (best?.withdrawn !== undefined && best.lacks.length === 0) {
    return findings.add('CONSENT_WITHDRAWN', clause, about, {
      consent: best.consent.event,
      withdrawal: best.withdrawn,
    });
  }
  const passedOn = beyond.recipient !== undefined || beyond.publication === true;
  const article = passedOn && profile.code === 'kz' ? '94-V:7(6)' : undefined;
  findings.add('CONSENT_MISSING', clause, about, missingParams(the, basis, best, about.purpose), article);
}

export const bestCoverage = ({ state, outside }: Pick<Case, 'state' | 'outside'>, ask: Ask, named?: string) =>
  coverages(state, ask, shownOf(outside), named)[0];

/**
 * Until a withdrawal is decided it has no effect while something is owed and the basis limits it (Art. 8(2)); from then on exactly what
 * was refused goes on, and that a coverage knows.
 */
export function decides(best: Coverage, ground: Ground, { state }: Pick<Case, 'state'>): boolean {
  if (best.lacks.length > 0) return false;
  if (best.withdrawn === undefined) return true;
  if (state.withdrawals.decided.has(best.withdrawn)) return false;
  return (ground.row?.limits_withdrawal?.length ?? 0) > 0 && openObligation(state.relations) !== undefined;
}

function missingParams({ state }: Case, basis: Basis, best: Coverage | undefined, purpose: string): FindingParams {
  const { acknowledged, refused } = state.consents;
  const refusal = refused.findLast(({ purposes }) => purposes.includes(purpose));
  const acknowledgement = best ? undefined : acknowledged.at(-1);
  return {
    basis: basis.code,
    ...(best ? { consent: best.consent.event, lacks: best.lacks } : {}),
    ...(refusal ? { refusal: refusal.event } : {}),
    ...(acknowledgement === undefined ? {} : { acknowledgement }),
  };
}
