// What is held, category by category, in sentences and aligned fields.
import { type DossierView } from '../dossier-view.js';
import { together, type Phrases } from './phrases.js';
import { type References } from './references.js';
import { type Field, type Sheet } from './sheet.js';

type Category = DossierView['categories'][number];
type Holding = Category['holdings'][number];
type Purpose = Holding['purposes'][number];
type Origin = Holding['origins'][number];
type Basis = Purpose['bases'][number];
type Stay = Purpose['stay'];

/** What the sections of one report share. */
export interface Report {
  readonly view: DossierView;
  readonly sheet: Sheet;
  readonly phrases: Phrases;
  readonly refs: References;
}

export function heldSection(report: Report): void {
  const { view, sheet, phrases } = report;
  const { speech } = phrases;
  sheet.heading(speech.say('held.heading'));
  if (view.categories.every(({ holders }) => holders.length === 0)) sheet.text(speech.say('held.none'));
  else sheet.text(speech.say('held.count', { count: String(view.categories.filter(isHeld).length) }));
  for (const category of view.categories) categoryText(report, category);
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const isHeld = ({ holders }: Category): boolean => holders.length > 0;

function categoryText(report: Report, category: Category): void {
  const { sheet, phrases, refs, view } = report;
  const { speech } = phrases;
  const clause = category.clause && speech.say('held.clause', { clause: category.clause });
  sheet.gap().text(capital(phrases.category(category.category)) + (clause ? ` (${clause})` : ''));
  const fields: Field[] = [
    ...valueFields(report, category),
    [speech.say('where'), category.holders.map((code) => phrases.holder(code)).join(', ') || speech.say('held.gone')],
    [speech.say('ledger'), category.ledger && speech.say(`ledger.${category.ledger.why}`)],
  ];
  sheet.fields(fields, 1);
  for (const holding of category.holdings) holdingText(report, holding);
  sheet.fields(
    [
      ...category.statutory.map((row): Field => {
        const words = view.wording.statutory[row.code];
        return [
          speech.say('statutory'),
          together(
            words ? speech.label(words.label) : row.code,
            phrases.article(row.act && row.article ? `${row.act}:${row.article}` : undefined),
            row.term && speech.term(row.term),
            speech.say(row.confirmed ? 'statutory.confirmed' : 'statutory.unconfirmed'),
          ),
        ];
      }),
      ...category.ended.map((ended): Field => {
        const line = speech.say('ended.line', {
          holder: ended.holder,
          manner: speech.code('manner', ended.manner),
          moment: speech.day(ended.moment),
          ground: speech.free(ended.ground),
          method: speech.free(ended.method),
        });
        const copies = ended.copiesUntil && speech.say('ended.copies', { date: speech.day(ended.copiesUntil) });
        return [speech.say('ended'), `${together(line, copies)} ${refs.of(ended.event)}`];
      }),
    ],
    1,
  );
}

/** The same value told several times is one line; what no holder has any more is said to be so. */
function valueFields({ phrases, refs, view }: Report, { category, values, holdings }: Category): Field[] {
  const { speech } = phrases;
  const missing = view.missing.filter(({ categories }) => categories.includes(category));
  const lines = new Map<string, { said: string; note: string | undefined; events: string[] }>();
  for (const value of values) {
    const note =
      value.standing === 'current'
        ? undefined
        : speech.say(value.standing === 'corrected' ? 'value.corrected' : 'value.left');
    const said = phrases.part(value.part);
    const key = `${value.standing}|${said}`;
    const line = lines.get(key) ?? { said, note, events: [] };
    line.events.push(value.part.event, ...(value.by ? [value.by] : []));
    lines.set(key, line);
  }
  // A value that still stands says all; that the same one was also told elsewhere and has left is in the lines below.
  const current = new Set(
    values.filter(({ standing }) => standing === 'current').map(({ part }) => phrases.part(part)),
  );
  const shown = [...lines.values()].filter(({ said, note }) => note === undefined || !current.has(said));
  if (shown.length === 0 && missing.length === 0 && holdings.length > 0) {
    return [[speech.say('value'), speech.say('value.none')]];
  }
  const lost = missing.map((part): Field => [speech.say('value'), `${phrases.part(part)} ${refs.of(part.event)}`]);
  const told = shown.map(({ said, note, events }): Field => [
    speech.say('value'),
    `${said}${note ? ` (${note})` : ''} ${refs.of(...events)}`,
  ]);
  return [...told, ...lost];
}

function holdingText(report: Report, holding: Holding): void {
  const { sheet, phrases, refs } = report;
  const { speech } = phrases;
  const { since, blocked, documentCopy, countries } = holding;
  const copies =
    countries.length > 0
      ? speech.say('system.countries', { countries: countries.map((code) => speech.country(code)).join(', ') })
      : undefined;
  const day = speech.day(since.moment);
  const sinceSaid = since.precision === 'exact' ? day : speech.say('since.not-later-than', { moment: day });
  sheet.fields(
    [
      [speech.say('system'), together(phrases.holder(holding.holder), copies)],
      [speech.say('role'), speech.code('role', holding.role)],
      [
        speech.say('capacity'),
        together(
          speech.code('capacity', holding.capacity),
          holding.for && organisationText(report.view, phrases, holding.for),
        ),
      ],
      [speech.say('since'), `${sinceSaid} ${refs.of(since.event)}`],
      ...holding.origins.map((origin): Field => [speech.say('origin'), originText(report, origin)]),
      [speech.say('document-copy'), documentCopy && `${speech.say('document-copy.yes')} ${refs.of(documentCopy)}`],
      ...holding.purposes.flatMap((purpose) => purposeFields(report, purpose)),
      [
        speech.say('blocked'),
        blocked && `${speech.day(blocked.moment)}; ${speech.free(blocked.ground)} ${refs.of(blocked.event)}`,
      ],
    ],
    2,
  );
}

function originText({ phrases, refs, view }: Report, origin: Origin): string {
  const { speech } = phrases;
  const said = together(
    speech.code('origin', origin.kind),
    origin.means && speech.say('origin.means', { means: speech.free(origin.means) }),
    origin.uploader && speech.say('origin.uploader', { uploader: organisationText(view, phrases, origin.uploader) }),
    origin.declaredBasis && speech.say('origin.basis', { basis: phrases.basis(origin.declaredBasis) }),
    origin.acceptance && speech.say(`origin.acceptance.${origin.acceptance}`),
    origin.recipient && speech.say('origin.recipient', { recipient: recipientName(view, phrases, origin.recipient) }),
    origin.ground && speech.say('origin.ground', { ground: speech.free(origin.ground) }),
    origin.linkPart && speech.say('origin.link', { link: phrases.part(origin.linkPart) }),
    origin.fetched && speech.say('origin.fetched', { moment: speech.day(origin.fetched) }),
    origin.case && speech.say('origin.case', { case: origin.case }),
    origin.country && speech.say('origin.country', { country: speech.country(origin.country) }),
    origin.source && speech.say('origin.source', { source: origin.source }),
  );
  return `${said} ${refs.of(origin.event)}`;
}

/** The name under which the recipient stands among those who received data, too; else its code. */
function recipientName({ transfers }: DossierView, phrases: Phrases, recipient: string): string {
  const about = transfers.find((transfer) => transfer.recipient === recipient)?.about ?? [];
  const name = about.find(({ category, state }) => category === 'meta.name' && state === 'opened');
  return name ? `${phrases.part(name)} (${recipient})` : recipient;
}

/** Name and BIN as told; where neither opens, the first part of the random id tells organisations apart. */
function organisationText(view: DossierView, phrases: Phrases, owner: string): string {
  const parts = (view.organisations[owner] ?? []).filter(({ state }) => state === 'opened');
  const said = parts.map((part) =>
    part.category === 'meta.bin' ? `${phrases.speech.say('bin')} ${phrases.part(part)}` : phrases.part(part),
  );
  return said.join(', ') || owner.slice(0, owner.indexOf('-') + 9);
}

function purposeFields(report: Report, purpose: Purpose): Field[] {
  const { phrases, refs, view } = report;
  const { speech } = phrases;
  const reached = purpose.reached && speech.say('purpose.reached', { moment: speech.day(purpose.reached.moment) });
  const words = view.wording.purposes[purpose.purpose];
  const quote = words && phrases.quote(words);
  return [
    [speech.say('purpose'), `${together(phrases.purpose(purpose.purpose), reached)} ${refs.of(...purpose.events)}`],
    ...(quote ? [quote] : []),
    ...purpose.bases.map((basis): Field => [speech.say('basis'), basisText(report, basis)]),
    [speech.say('stay'), stayText(report, purpose.stay)],
  ];
}

/** What makes it lawful, or that nothing was stated. */
export function basisText({ phrases, refs, view }: Report, basis: Basis): string {
  const { speech } = phrases;
  if (basis.code === undefined) return `${speech.say('basis.none')} ${refs.of(basis.event)}`;
  const given = view.consents.find(({ event }) => event === basis.consent?.event);
  const consent =
    basis.consent &&
    (given
      ? speech.say('basis.consent', {
          moment: speech.day(given.moment),
          standing: speech.code('standing', basis.consent.standing),
        })
      : speech.say('basis.consent.unknown'));
  const verdict =
    basis.verdict === 'stands-only-with-consent' && !basis.consent
      ? speech.say('basis.needs-consent')
      : basis.verdict === 'does-not-stand'
        ? speech.say('basis.does-not-stand')
        : undefined;
  const events = given ? [basis.event, given.event] : [basis.event];
  return `${together(phrases.basis(basis.code), phrases.article(basis.article), consent, verdict)} ${refs.of(...events)}`;
}

function stayText({ phrases, refs }: Report, stay: Stay): string {
  const { speech } = phrases;
  const { relation, obligation, consent } = stay;
  const relationSaid =
    relation &&
    together(
      speech.say('stay.relation', { relation: speech.code('relation', relation.kind) }),
      relation.open.length > 0
        ? `${speech.say('stay.relation.open')} ${refs.of(...relation.open)}`
        : relation.ended
          ? `${speech.say('stay.relation.ended', { moment: speech.day(relation.ended.moment) })} ${refs.of(relation.ended.event)}`
          : speech.say('stay.relation.never'),
    );
  return together(
    stay.until === 'not-set' ? speech.say('stay.not-set') : undefined,
    stay.until === 'purpose-reached' ? speech.say('stay.purpose-reached') : undefined,
    stay.term && speech.say('stay.term', { term: speech.term(stay.term) }),
    relationSaid,
    obligation && speech.say('stay.obligation', { kind: speech.free(obligation.kind) }),
    stay.event === 'erasure-final' ? speech.say('stay.event.erasure-final') : undefined,
    stay.review && speech.say('stay.review', { moment: speech.day(stay.review) }),
    stay.due && speech.say('stay.due', { moment: speech.day(stay.due) }),
    consent?.until && speech.say('stay.consent.until', { moment: speech.day(consent.until) }),
    consent?.untilEvent && speech.say('stay.consent.event', { event: speech.free(consent.untilEvent) }),
    stay.clause && stay.clause !== '-' ? speech.say('stay.clause', { clause: stay.clause }) : undefined,
  );
}
