// The life of one person on this day, whose dossier the demo shows: sole trader, user, visitor and somebody's counterparty.
import { automatically, throughForm, withConsent, withContract, type Flows } from './flows.js';
import { by, fictionalIp, fictionalPhone, organisations, people } from './people.js';
import { dateInDays, inDays, moment, type Reference } from './telling.js';

const { aigul } = people;
const account = by(aigul, 'account');
const visitor = by(aigul, 'cookie');

/** She rang 45 days ago, when no edition stood yet; the paper journal is told today. An old base is declared too. */
function beforeToday({ crm }: Flows): void {
  const caller = by(aigul, 'phone');
  crm(
    '45d 15:10',
    'data.collected',
    caller,
    {
      categories: ['full-name', 'phone', 'form-data.request'],
      purposes: ['support'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'phone' },
      values: { 'full-name': aigul.name, phone: aigul.phone, 'form-data.request': 'Просила перезвонить о тарифах' },
    },
    '09:02',
  );
  crm('09:06', 'data.declared', caller, {
    categories: ['full-name', 'phone'],
    purposes: ['account'],
    holder: 'legacy-crm',
    since: { moment: moment('700d 12:00'), precision: 'not-later-than' },
    values: { 'full-name': 'Примерова Айгуль', phone: aigul.phone },
  });
}

/** First a cookie, then an account: the device is told to be hers, its earlier facts stay with the device. */
function arrives(flows: Flows): { readonly consent: Reference; readonly analytics: Reference } {
  const { site, logs, texts } = flows;
  flows.visit('09:12', aigul.cookie, 1, 'agrees');
  const { consent } = flows.register('09:21', aigul);
  site('09:22', 'subject.identified', account, { identifiers: [{ scheme: 'cookie', value: aigul.cookie }] });
  const session = site('09:22:30', 'relation.started', account, { kind: 'session' });
  const analytics = site('09:23', 'consent.given', account, {
    purposes: ['analytics'],
    items: {
      operator: true,
      subjectName: aigul.name,
      term: { until: inDays(365) },
      thirdParties: { allowed: false },
      crossBorder: { allowed: false },
      publication: { allowed: false },
      data: ['automatic', 'usage-history'],
    },
    shown: texts.consent,
    channel: 'personal-account',
    proof: { kind: 'click-trace', value: 'настройки личного кабинета' },
  });
  logs('09:24', 'data.collected', account, {
    categories: ['ip', 'session', 'visit-time', 'technical-logs'],
    purposes: ['account', 'fraud-prevention'],
    basis: withConsent(consent),
    holder: 'log-store',
    origin: automatically,
    values: { ip: fictionalIp(1), session: 'example-session-1' },
  });
  logs('09:25', 'data.collected', visitor, {
    categories: ['device-type', 'browser-os', 'pages-actions'],
    purposes: ['analytics'],
    basis: withConsent(analytics),
    holder: 'log-store',
    origin: automatically,
    values: { 'device-type': 'ноутбук', 'browser-os': 'Example Browser 1.0', 'pages-actions': '/check, /tariffs' },
  });
  logs('11:05', 'data.used', account, {
    categories: ['pages-actions'],
    purposes: ['analytics'],
    basis: withConsent(analytics),
    holder: 'log-store',
  });
  site('19:40', 'relation.ended', account, { relation: session, kind: 'session' });
  return { consent, analytics };
}

/** Contract and payment, her IIN among the particulars; three transfers that the consent covers, and one told to her. */
function becomesCustomer(flows: Flows, consent: Reference): void {
  const { billing, crm, logs, notices } = flows;
  flows.buyPlan('10:05', aigul, consent, 'Базовый');
  billing('10:07', 'data.collected', by(aigul, 'account', 'iin'), {
    categories: ['requisites.iin', 'requisites.sole-trader-bin'],
    purposes: ['contract'],
    basis: withContract(consent),
    holder: 'billing',
    role: 'entrepreneur',
    origin: throughForm,
    values: { 'requisites.iin': aigul.iin, 'requisites.sole-trader-bin': 'талон ИП-000 (пример)' },
  });
  flows.mail('10:20', aigul, consent);
  const access = { basis: withConsent(consent), country: 'KZ', mode: 'access' };
  crm('10:22', 'data.transferred', account, {
    ...access,
    categories: ['full-name', 'phone', 'email', 'company', 'position'],
    purposes: ['support'],
    recipient: 'primer-helpdesk',
    holder: 'crm',
  });
  logs('10:23', 'data.transferred', account, {
    ...access,
    categories: ['ip', 'session', 'technical-logs'],
    purposes: ['service-access'],
    recipient: 'primer-hosting',
    holder: 'log-store',
  });
  for (const [at, action] of [
    ['10:31', 'проверка ТОО «Контрагент Один»'],
    ['12:15', 'проверка ИП «Контрагент Два»'],
    ['17:20', 'выгрузка отчёта'],
  ] as const) {
    flows.useService(at, aigul, consent, action);
  }
  notices('18:00', 'data.used', account, {
    categories: ['email'],
    purposes: ['service-notices'],
    basis: withConsent(consent),
    holder: 'crm',
  });
}

/** A ticket; a phone number put right; an attachment of somebody else told in error and taken back; what is left, deleted. */
function asksSupport(flows: Flows, consent: Reference): void {
  const { crm, helpdesk, site } = flows;
  const newPhone = fictionalPhone(101);
  const sender = by(aigul, 'email');
  flows.ticket('11:40', aigul, consent, 'Ошибка в телефоне', 'В договоре указан старый номер, прошу исправить.');
  crm('11:55', 'data.corrected', account, {
    categories: ['phone'],
    holder: 'crm',
    ground: 'subject-request',
    values: { phone: newPhone },
  });
  site('11:56', 'subject.identified', account, { identifiers: [{ scheme: 'phone', value: newPhone }] });
  const mistaken = helpdesk('12:20', 'data.collected', sender, {
    categories: ['enquiries.attachment'],
    purposes: ['support'],
    basis: withConsent(consent),
    holder: 'helpdesk',
    origin: { kind: 'subject', means: 'email' },
    values: { 'enquiries.attachment': 'счёт-пример.pdf (другого клиента)' },
  });
  helpdesk('12:26', 'fact.retracted', undefined, { fact: mistaken, ground: 'told-in-error' });
  helpdesk('16:30', 'purpose.ended', sender, { purpose: 'support' });
  helpdesk('16:31', 'data.destroyed', sender, {
    manner: 'deleted',
    categories: ['enquiries'],
    holder: 'helpdesk',
    ground: 'purpose-reached',
    method: 'row-deletion',
    copiesUntil: dateInDays(30),
  });
}

/** A machine limits her export; she complains, use stops, one job goes on all the same; the block is lifted. */
function isLimited(flows: Flows, consent: Reference): void {
  const { antifraud, check, notices } = flows;
  antifraud('12:40', 'decision.made', account, {
    categories: ['usage-history'],
    purposes: ['fraud-prevention'],
    effect: 'right-changed',
  });
  check('13:10', 'data.blocked', account, { categories: ['usage-history'], ground: 'breach-reported' });
  antifraud('13:25', 'data.used', account, {
    categories: ['usage-history'],
    purposes: ['fraud-prevention'],
    basis: withConsent(consent),
  });
  check('14:30', 'data.unblocked', account, { categories: ['usage-history'], ground: 'breach-not-confirmed' });
  notices('14:31', 'subject.notified', account, { about: 'breach-not-confirmed', channel: 'email' });
}

/** Analytics withdrawn, used once more; a review published with her consent and taken down again. */
function changesHerMind(flows: Flows, consent: Reference, analytics: Reference): void {
  const { logs, site, texts } = flows;
  site('14:00', 'consent.withdrawn', account, {
    consent: analytics,
    received: moment('13:58'),
    channel: 'personal-account',
  });
  logs('14:45', 'data.used', account, {
    categories: ['pages-actions'],
    purposes: ['analytics'],
    basis: withConsent(analytics),
    holder: 'log-store',
  });
  const review = site('15:05', 'consent.given', account, {
    purposes: ['service-access'],
    items: {
      operator: true,
      subjectName: aigul.name,
      term: { until: inDays(90) },
      thirdParties: { allowed: false },
      crossBorder: { allowed: false },
      publication: { allowed: true },
      data: ['full-name', 'company'],
    },
    shown: texts.consent,
    channel: 'web-form',
  });
  const published = site('15:10', 'data.published', account, {
    categories: ['full-name', 'company'],
    purposes: ['service-access'],
    basis: withConsent(review),
    place: 'site',
    address: 'https://kiberon.example.com/reviews/1',
    holder: 'crm',
  });
  site('18:40', 'data.unpublished', account, {
    categories: ['full-name', 'company'],
    place: 'site',
    ground: 'subject-request',
    publication: published,
  });
  site('20:10', 'consent.refused', account, {
    purposes: ['analytics'],
    shown: texts.consent,
    channel: 'personal-account',
  });
  logs('20:20', 'data.used', account, {
    categories: ['technical-logs'],
    purposes: ['account'],
    basis: withConsent(consent),
    holder: 'log-store',
  });
}

/** To others she is a counterparty: found in an open register, and uploaded by a customer, both about her trade. */
function isChecked({ check }: Flows): void {
  const trader = by(aigul, 'iin');
  check('15:30', 'data.collected', trader, {
    categories: ['full-name', 'company'],
    purposes: ['service-access'],
    basis: { code: 'kz.7.5' },
    holder: 'check-base',
    role: 'entrepreneur',
    origin: {
      kind: 'public-source',
      means: 'open-register',
      url: 'https://register.example.com/sole-traders/1',
      ground: 'open-register',
      fetched: moment('15:29'),
      case: 'check-0117',
    },
    values: { 'full-name': aigul.name, company: aigul.company },
  });
  check('16:05', 'data.collected', trader, {
    categories: ['full-name', 'phone'],
    purposes: ['service-access'],
    basis: { code: 'kz.9.9-3' },
    holder: 'check-base',
    role: 'entrepreneur',
    capacity: 'operator',
    for: organisations.maket,
    origin: {
      kind: 'uploaded',
      means: 'file-upload',
      uploader: organisations.maket,
      employee: people.madina.name,
      declaredBasis: 'kz.9.9-3',
      acceptance: true,
      case: 'upload-0003',
    },
    values: { 'full-name': 'Примерова А. О.', phone: aigul.phone },
  });
}

export function aigulsDay(flows: Flows): void {
  beforeToday(flows);
  const { consent, analytics } = arrives(flows);
  becomesCustomer(flows, consent);
  asksSupport(flows, consent);
  isLimited(flows, consent);
  changesHerMind(flows, consent, analytics);
  isChecked(flows);
  flows.billing('20:30', 'data.transferred', account, {
    categories: ['full-name', 'requisites.iin', 'payment-status'],
    purposes: ['legal-compliance'],
    basis: { code: 'kz.9.9-1' },
    recipient: 'primer-tax-office',
    country: 'KZ',
    mode: 'sent',
    holder: 'billing',
  });
}
