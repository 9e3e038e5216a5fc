// Which data does each edition call for, for which purpose, kept until when, given to whom? The list of data (Art. 12(1), 25(2)(1)).
import { type Documents, type Edition } from '@derbes/domain';
import { type DeclaredPolicy, type DeclaredRetention, type DeclaredStatutoryRetention } from '@derbes/policy';
import { type RegisterDefinition } from '../page.js';
import { registerModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';

const dataListTable = defineTable({
  name: 'data_list',
  columns: {
    inForce: is.moment,
    /** The event PolicyPublished. */
    event: is.id,
    category: is.code,
    purpose: is.code,
    document: is.hash,
    edition: is.code,
    /** purpose-reached · term · not-set */
    kept: is.code,
    /** Whose end starts the clock: of a relation, an obligation, or another event; at most one of them. */
    relation: optional(is.code),
    obligation: optional(is.code),
    trigger: optional(is.code),
    /** ISO 8601 duration, where the edition gives a number. */
    term: optional(is.place),
    /** delete · anonymise · destroy, where the edition chooses. */
    act: optional(is.code),
    /** Where the edition says how long it is kept. */
    clause: optional(is.place),
    /** Rows of the edition by which a statute keeps it longer, and what they stand on as `act:article`; confirmed ones alone. */
    statutory: is.codes,
    statutes: is.places,
    /** What makes it lawful: the edition states its bases for all that it declares, with these articles. */
    bases: is.codes,
    basisArticles: is.places,
    recipientClasses: is.codes,
    events: is.ids,
  },
  key: ['inForce', 'event', 'category', 'purpose'],
  indexes: [],
});
export type DataListRow = RowOf<typeof dataListTable>;

interface Group {
  readonly code: string;
  readonly items?: readonly Group[];
}

/** The closed ones: a group stands for what is in it. */
const closedIn = (groups: readonly Group[]): string[] =>
  groups.flatMap(({ code, items = [] }) => (items.length > 0 ? closedIn(items) : [code]));

/** As the profile names articles; an act that is named in words is found by the row's code. */
const cited = /^[A-Za-z0-9.-]+(:[0-9A-Za-z(),.-]+)?$/;
const citedMax = 64;

function statuteOf({ act, article }: DeclaredStatutoryRetention): string[] {
  if (act === undefined) return [];
  const place = article === undefined ? act : `${act}:${article}`;
  return cited.test(place) && place.length <= citedMax && !/[0-9]{7}/.test(place) ? [place] : [];
}

const termOf = ({ relation, obligation, event, term, act, clause }: DeclaredRetention) => ({
  ...(relation !== undefined && { relation }),
  ...(obligation !== undefined && { obligation }),
  ...(event !== undefined && { trigger: event }),
  ...(term !== undefined && { term }),
  ...(act !== undefined && { act }),
  clause,
});

function rowsOf({ event, document, code: edition, inForce }: Edition, declared: DeclaredPolicy): DataListRow[] {
  const { policy } = declared;
  const bases = policy.bases.map(({ code }) => code);
  const basisArticles = [...new Set(policy.bases.flatMap(({ articles = [] }) => articles))];
  return closedIn(policy.categories).flatMap((category) => {
    const byLaw = declared.statutoryRetention(category).filter(({ confirmed }) => confirmed);
    const kept = {
      statutory: byLaw.map(({ code }) => code),
      statutes: [...new Set(byLaw.flatMap(statuteOf))],
    };
    const recipientClasses = policy.recipients
      .map(({ code }) => code)
      .filter((recipient) => declared.categoryFitsRecipient(recipient, category) === 'fits');
    return policy.purposes
      .filter(({ code }) => declared.categoryFitsPurpose(category, code) === 'fits')
      .map(({ code: purpose }) => {
        const retention = declared.retention(purpose, category);
        return {
          inForce,
          event,
          category,
          purpose,
          document,
          edition,
          kept: retention?.until ?? 'not-set',
          ...(retention && termOf(retention)),
          ...kept,
          bases,
          basisArticles,
          recipientClasses,
          events: [event],
        };
      });
  });
}

export const dataList = registerModel({
  name: 'data-list',
  version: 2,
  table: dataListTable,
  rows: ({ editions }, documents: Documents) =>
    editions.flatMap((edition) => {
      const declared = documents.policy(edition.document);
      return declared ? rowsOf(edition, declared) : [];
    }),
});

export type DataListFilter = 'category' | 'purpose' | 'basis' | 'status' | 'from' | 'until';

const codesIn = (value: unknown): readonly string[] => (Array.isArray(value) ? (value as readonly string[]) : []);

export const dataListRegister: RegisterDefinition<DataListFilter> = {
  name: 'data-list',
  model: 'data-list',
  table: dataListTable,
  // What makes it lawful, and what keeps it, have their articles too.
  alsoServes: ({ basisArticles, statutes }) => [...codesIn(basisArticles), ...codesIn(statutes)],
  conditions: {
    category: 't.category = $',
    purpose: 't.purpose = $',
    basis: '$::read_models.code = any(t.bases)',
    status: `$ = (case when t.in_force > ${nowMoment} then 'coming'
      when t.in_force = (select max(e.in_force) from {data_list} e where e.in_force <= ${nowMoment}) then 'in-force'
      else 'superseded' end)`,
    from: 't.in_force >= $',
    until: 't.in_force < $',
  },
};
