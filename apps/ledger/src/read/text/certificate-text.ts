// What does a certificate of erasure say to whoever reads it on paper? In Russian, Kazakh or English.
import { type Language } from '@derbes/policy';
import { type CertificateView, type Elsewhere } from '../certificate-view.js';
import { sayCertificate, type CertificateWord } from './certificate-words.js';
import { Phrases, together } from './phrases.js';
import { References } from './references.js';
import { Sheet, type Field } from './sheet.js';
import { type Speech } from './speech.js';

interface Page {
  readonly view: CertificateView;
  readonly sheet: Sheet;
  readonly phrases: Phrases;
  readonly refs: References;
  readonly say: (word: CertificateWord, places?: Readonly<Record<string, string>>) => string;
}

export function certificateText(view: CertificateView, language: Language): string {
  const page: Page = {
    view,
    sheet: new Sheet(),
    phrases: new Phrases(view.wording, language),
    refs: new References(),
    say: (word, places) => sayCertificate(word, language, places),
  };
  head(page);
  what(page);
  if (view.state !== 'refused') {
    states(page);
    elsewhere(page);
  }
  kept(page);
  if (view.state !== 'refused') remains(page);
  proof(page);
  return page.sheet.gap().text(page.phrases.speech.say('closing')).toString();
}

function head({ view, sheet, phrases, say }: Page): void {
  const { speech } = phrases;
  const { controller } = view;
  sheet
    .title(say(view.state === 'refused' || view.state === 'ordered' ? `title.${view.state}` : 'title'))
    .fields([
      [say('number'), view.number],
      [say('issued'), speech.time(view.issued)],
      [say('controller'), controller && `${speech.label(controller.name)}, ${say('bin')} ${controller.bin}`],
      [say('address'), controller?.address],
      [say('contact'), controller?.contacts.join('; ')],
      [say('person'), view.subject],
    ])
    .text(speech.say('local-time'));
}

function what(page: Page): void {
  const { view, sheet, phrases, say } = page;
  const { speech } = phrases;
  const refused = view.state === 'refused';
  sheet.heading(say(refused ? 'what.heading.refused' : 'what.heading'));
  if (refused) {
    asked(page, 'what.refused');
    sheet.text(say('what.nothing'));
  } else {
    if (view.cause !== 'erasure') sheet.text(say(`what.${view.cause}`));
    else if (view.scope === 'value') sheet.text(say('what.value', { count: String(view.values.length) }));
    else sheet.text(say(`what.${view.scope}`));
    for (const category of view.categories) sheet.bullet(phrases.category(category));
    if (view.asked) asked(page, 'what.asked');
  }
  const { ground } = view;
  sheet.gap().fields([
    [say('ground'), ground && (ground.label ? speech.label(ground.label) : speech.free(ground.code))],
    [say('law'), lawOf(page, ground?.article)],
  ]);
  for (const { row, reason } of view.decided) {
    const words = view.wording.statutory[row];
    const named = words ? speech.label(words.label) : row;
    sheet.text(say('decided', { row: named, reason: speech.free(reason) }));
  }
}

/** The article with the act's own name where the profile has it. */
function lawOf({ phrases, view }: Page, article: string | undefined): string | undefined {
  if (article === undefined) return undefined;
  const [act = ''] = article.split(':');
  const label = view.wording.acts[act];
  const cited = article.includes(':') ? phrases.article(article) : article;
  return together(cited, label && phrases.speech.label(label));
}

function asked({ view, sheet, phrases, say }: Page, word: 'what.refused' | 'what.asked'): void {
  const { scope = view.scope, categories = [] } = view.asked ?? {};
  const said = scope === 'category' ? phrases.categories(categories) : say(`asked.${scope}`);
  sheet.text(`${say(word)} ${said}.`);
}

function states({ view, sheet, phrases, refs, say }: Page): void {
  const { speech } = phrases;
  const { ordered, executed, final, everywhere } = view;
  sheet.heading(say('state.heading')).fields([
    [
      say('state.ordered'),
      ordered && `${speech.time(ordered.moment)}: ${say('state.ordered.says')} ${refs.of(ordered.event)}`,
    ],
    [
      say('state.executed'),
      executed
        ? `${speech.time(executed.moment)}: ${say('state.executed.says')} ${refs.of(executed.event)}`
        : say('state.not-yet'),
    ],
    [
      say('state.final'),
      final
        ? `${speech.time(final.moment)}: ${say('state.final.says', { epoch: final.epoch })} ${refs.of(final.closed, ...final.custodians.map(({ event }) => event))}`
        : say('state.final.not-yet'),
    ],
    [say('state.everywhere'), say(`state.${everywhere}`)],
  ]);
  if (executed) {
    const { values, keys, identifiers } = executed.destroyed;
    const counts = { values: String(values), keys: String(keys), identifiers: String(identifiers) };
    sheet.gap().text(say('state.counts', counts));
  }
  for (const { epoch, custodian, destroyed, kcv } of final?.custodians ?? [])
    sheet.bullet(say('custodian', { epoch, custodian: speech.free(custodian), moment: speech.time(destroyed), kcv }));
  if (final) sheet.bullet(say('list', { list: final.list }));
}

function elsewhere(page: Page): void {
  const { view, sheet, say } = page;
  sheet.heading(say('elsewhere.heading'));
  for (const [word, lines] of [
    ['holder', view.holders],
    ['recipient', view.recipients],
  ] as const)
    for (const line of lines) sheet.bullet(`${say(word)} ${elsewhereText(page, line)}`);
  if (view.holders.length + view.recipients.length === 0) sheet.text(say('elsewhere.none'));
}

function elsewhereText({ phrases, refs, say }: Page, line: Elsewhere): string {
  const { speech } = phrases;
  const { code, categories, state, confirmed, told, answered, result, reason, asked, copiesUntil } = line;
  const manner = line.manner ?? (result === 'done' ? asked : undefined);
  const mark = confirmed ?? answered ?? told;
  const word =
    state !== 'confirmed' ? state : manner ? 'confirmed' : result === 'nothing-held' ? 'nothing-held' : 'done';
  const said = say(`elsewhere.${word}`, {
    moment: mark ? speech.time(mark.moment) : '',
    manner: manner ? speech.code('manner', manner) : '',
  });
  const because = reason === undefined ? undefined : say('kept.reason', { reason: speech.free(reason) });
  const how = manner || !asked ? undefined : say('elsewhere.how', { manner: speech.code('manner', asked) });
  const copies = copiesUntil && say('copies', { date: speech.day(copiesUntil) });
  const proved = mark ? ` ${refs.of(mark.event)}` : '';
  return `${phrases.holder(code)} (${phrases.categories(categories)}): ${together(said, how, because, copies)}${proved}`;
}

function kept(page: Page): void {
  const { view, sheet, phrases, refs, say } = page;
  const { speech } = phrases;
  sheet.heading(say('kept.heading'));
  if (view.kept.length === 0) {
    sheet.text(say('kept.none'));
    return;
  }
  for (const { categories, label, why, article, term, confidence, until, reason, row, event } of view.kept) {
    const named = row === undefined ? undefined : view.wording.statutory[row];
    const said = together(
      label ? speech.label(label) : why,
      row && say('kept.row', { row: named ? speech.label(named.label) : row }),
      lawOf(page, article),
      term && say('kept.term', { term: speech.term(term) }),
      confidence && say(`kept.confidence.${confidence}`),
      until && say('kept.until', { moment: speech.day(until) }),
      reason && say('kept.reason', { reason: speech.free(reason) }),
    );
    sheet.bullet(`${phrases.categories(categories)}: ${said}${event ? ` ${refs.of(event)}` : ''}`);
  }
  // What an open obligation keeps may serve it, and a block forbids more than a lock.
  if (view.kept.some(({ why }) => why !== 'OBLIGATION_OPEN' && why !== 'BLOCKED')) sheet.text(say('kept.locked'));
}

function remains(page: Page): void {
  const { view, sheet, phrases, say } = page;
  const { article, term } = view.remains;
  sheet.heading(say('remains.heading')).text(say('remains.says')).text(say('remains.anonymous'));
  const fields: Field[] = [
    [say('purpose'), say('purpose.accountability')],
    [say('law'), lawOf(page, article)],
    [say('term'), term ? say('term.from', { term: phrases.speech.term(term) }) : say('term.none')],
  ];
  sheet.gap().fields(fields).gap().text(say('remains.drop'));
}

/** What the record is, where the page knows. */
function kindOf(view: CertificateView, event: string, speech: Speech): string | undefined {
  const demanded = view.state === 'refused' ? 'ErasureRefused' : 'ErasureOrdered';
  if (event === view.number && view.cause === 'erasure') return speech.code('event', demanded);
  if (event === view.executed?.event) return speech.code('event', 'ErasureExecuted');
  return view.kept.some((one) => one.event === event && one.why === 'LEGAL_HOLD')
    ? speech.code('event', 'LegalHoldPlaced')
    : undefined;
}

function proof({ view, sheet, refs, phrases, say }: Page): void {
  refs.of(...view.events);
  sheet.heading(say('proof.heading')).text(say('proof.says'));
  const leaves = new Map(view.log?.leaves.map(({ event, leaf }) => [event, leaf]));
  if (view.log) sheet.text(say('proof.log', { size: String(view.log.size) }));
  for (const [number, event] of refs.records) {
    const leaf = leaves.get(event);
    const where = leaf === undefined ? undefined : say('proof.leaf', { leaf: String(leaf) });
    sheet.row(number, together(event, kindOf(view, event, phrases.speech), where), 6);
  }
}
