// What of a dossier may a representative see, whose authority names some categories or purposes only?
import { type Dossier } from '../dossier/shape.js';
import { type RepresentativeScope } from './representative.js';
import { inScope } from './authority.js';

interface About {
  readonly categories?: readonly string[];
  readonly purposes?: readonly string[];
}

/**
 * Only lines about what the scope names, and of each line only that. What says nothing of a category (a relation, an acknowledgement)
 * is left out of a narrowed dossier. `schemeCategory`: the category that the edition maps an identifier's scheme to.
 */
export function narrowed<D extends Dossier>(
  dossier: D,
  { categories, purposes }: RepresentativeScope,
  schemeCategory: (scheme: string) => string | undefined,
): D {
  if (!categories && !purposes) return dossier;
  const seen = (category: string | undefined): boolean => category !== undefined && inScope(categories, category);
  const meant = (purpose: string): boolean => inScope(purposes, purpose);
  const lines = <L extends About>(all: readonly L[]): L[] =>
    all.flatMap((line) => {
      const left = {
        ...line,
        ...(line.categories && { categories: line.categories.filter(seen) }),
        ...(line.purposes && { purposes: line.purposes.filter(meant) }),
      };
      return left.categories?.length === 0 || left.purposes?.length === 0 ? [] : [left];
    });
  const whole = <L>(all: readonly L[]): readonly L[] => (categories || purposes ? [] : all);
  const ofCategories = <L extends About>(all: readonly L[]): readonly L[] => (purposes ? [] : lines(all));
  return {
    ...dossier,
    identifiers: purposes ? [] : dossier.identifiers.filter(({ scheme }) => seen(schemeCategory(scheme))),
    representatives: whole(dossier.representatives),
    statuses: whole(dossier.statuses),
    categories: dossier.categories.flatMap((line) => {
      if (!seen(line.category)) return [];
      const holdings = line.holdings.flatMap((holding) => {
        const stated = holding.purposes.filter(({ purpose }) => meant(purpose));
        return stated.length === 0 ? [] : [{ ...holding, purposes: stated }];
      });
      if (!purposes) return [line];
      const values = line.values.filter(({ holder }) => holdings.some((one) => one.holder === holder));
      return holdings.length === 0 ? [] : [{ ...line, holdings, values, ended: [] }];
    }),
    uses: lines(dossier.uses),
    transfers: lines(dossier.transfers),
    publications: lines(dossier.publications),
    consents: dossier.consents.filter(
      (consent) =>
        consent.purposes.every(meant) && (!categories || (consent.items.data ?? []).some((code) => seen(code))),
    ),
    refusals: categories ? [] : lines(dossier.refusals),
    acknowledgements: whole(dossier.acknowledgements),
    decisions: lines(dossier.decisions),
    relations: whole(dossier.relations),
    obligations: whole(dossier.obligations),
    blocks: ofCategories(dossier.blocks),
    destructions: ofCategories(dossier.destructions),
    corrections: ofCategories(dossier.corrections),
    notices: whole(dossier.notices),
    contests: whole(dossier.contests),
    mentions: ofCategories(dossier.mentions),
    retracted: whole(dossier.retracted),
    missing: ofCategories(dossier.missing),
  };
}
