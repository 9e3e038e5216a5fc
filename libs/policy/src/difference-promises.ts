// What may the person expect less of by one edition than by another: rights, notices, promises; and where else is she met?
import { beyond, dropped, gained, type Entry, type Gain } from './difference-entries.js';
import { type Policy } from './format.js';
import { type DeclaredPolicy } from './look-ups.js';

export const promiseGains = (older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] => [
  ...rightGains(older, newer),
  ...noticeGains(older, newer),
  ...cookieGains(older, newer),
  ...thirdPartyGains(older, newer),
  ...identifierGains(older, newer),
  ...commitmentGains(older, newer),
];

function rightGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  return beyond(newer.policy.rights, older.policy.rights).map((right) =>
    dropped('right', 'rights', right, older.right(right.code)?.clause ?? '-'),
  );
}

/** Who is told of transfers, from everybody to nobody; an edition that says nothing leaves it to the law. */
const tellings: readonly (string | undefined)[] = ['always', undefined, 'where-agreed', 'never'];

function noticeGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const before = older.transferNotices;
  const after = newer.transferNotices;
  const place = { what: 'notice-of-transfer' as const, place: 'transfer_notices', clause: after.clause };
  const fewer = tellings.indexOf(after.tell) > tellings.indexOf(before.tell);
  const spared = newer.policy.recipients
    .map(({ code }) => code)
    .filter((code) => after.caseOf(code) !== undefined && before.caseOf(code) === undefined);
  return [
    ...(fewer ? [{ ...place, old: before.tell ?? 'by-law', new: after.tell ?? 'by-law', touches: {} }] : []),
    ...(spared.length > 0 ? [{ ...place, new: spared, touches: { recipients: spared } }] : []),
  ];
}

function cookieGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const before = new Map(older.policy.cookies.map(({ code, serves }) => [code, serves]));
  return newer.policy.cookies
    .filter(({ code, serves }) => before.get(code) !== serves)
    .map((cookie) => {
      const was = before.get(cookie.code);
      const touches = cookie.serves === 'none' ? {} : { purposes: [cookie.serves] };
      const more = { new: cookie.serves, touches, ...(was !== undefined && { old: was }) };
      return gained('cookie-purpose', 'cookies', cookie, newer.sectionClause('cookies'), more);
    });
}

function thirdPartyGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const clause = newer.sectionClause('third-party-data');
  const of = ({ policy }: { readonly policy: Policy }, list: 'about' | 'sources'): readonly Entry[] =>
    policy.third_party_data?.[list] ?? [];
  const entries = (what: 'people-described' | 'source', list: 'about' | 'sources') =>
    beyond(of(older, list), of(newer, list)).map((entry) => gained(what, `third_party_data/${list}`, entry, clause));
  return [...entries('people-described', 'about'), ...entries('source', 'sources')];
}

function identifierGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  return newer.policy.identifiers
    .filter(({ scheme }) => !older.identifier(scheme))
    .map(({ scheme, category }) => ({
      what: 'identifier',
      place: `identifiers/${scheme}`,
      clause: '-',
      new: scheme,
      touches: { categories: [category] },
    }));
}

function commitmentGains(older: DeclaredPolicy, newer: DeclaredPolicy): Gain[] {
  const by = ({ policy }: DeclaredPolicy, who: 'controller' | 'user') =>
    policy.commitments.filter((commitment) => commitment.by === who);
  const general = newer.sectionClause('general');
  return [
    ...beyond(by(older, 'user'), by(newer, 'user')).map((one) => gained('commitment', 'commitments', one, general)),
    ...beyond(by(newer, 'controller'), by(older, 'controller')).map((one) =>
      dropped('commitment', 'commitments', one, general),
    ),
  ];
}
