// Which facts of the day contradict the policy, or say too little? Each is told for the finding that it raises.
import { throughForm, withConsent, withContract, type Flows } from './flows.js';
import { by, cookieOf, fictionalIin, named, organisations, people } from './people.js';
import { moment } from './telling.js';
import { type Registrations } from './users.js';

const { askar, dinara, gulnara, nurlan, olga, ruslan, saule, sergey, timur, zhanna } = people;

/** What the edition does not name: UNDECLARED_CATEGORY, UNDECLARED_PURPOSE, UNDECLARED_HOLDER, OPEN_CATEGORY. */
function beyondThePolicy({ crm, site, notices, billing }: Flows, all: Registrations): void {
  site('15:50', 'data.collected', by(olga, 'account'), {
    categories: ['date-of-birth'],
    purposes: ['account'],
    basis: withConsent(all.olga.consent),
    holder: 'crm',
    origin: throughForm,
    values: { 'date-of-birth': '00.00.0000' },
  });
  notices('16:10', 'data.used', by(olga, 'account'), {
    categories: ['email'],
    purposes: ['marketing'],
    basis: withConsent(all.olga.consent),
    holder: 'crm',
  });
  crm('17:05', 'data.collected', by(nurlan, 'account'), {
    categories: ['full-name', 'phone', 'company'],
    purposes: ['service-access'],
    basis: withConsent(all.nurlan.consent),
    holder: 'sales-sheet',
    origin: { kind: 'subject', means: 'phone' },
  });
  billing('15:00', 'data.collected', by(gulnara, 'account'), {
    categories: ['requisites'],
    purposes: ['contract'],
    basis: withContract(all.gulnara.consent),
    holder: 'billing',
    origin: throughForm,
    values: { requisites: 'реквизиты одним файлом' },
  });
}

/** More than is needed, or where it may not be: EXCESSIVE_FOR_PURPOSE, ID_COPY, NOT_LOCALISED. */
function tooMuch({ crm, helpdesk, billing }: Flows, all: Registrations): void {
  billing('13:40', 'data.collected', by(dinara, 'account'), {
    categories: ['position'],
    purposes: ['payment'],
    basis: withContract(all.dinara.consent),
    holder: 'billing',
    origin: throughForm,
    values: { position: dinara.position },
  });
  helpdesk('14:20', 'data.collected', by(ruslan, 'email'), {
    categories: ['enquiries.attachment'],
    purposes: ['support'],
    basis: withConsent(all.ruslan.consent),
    holder: 'helpdesk',
    origin: { kind: 'subject', means: 'email' },
    documentCopy: true,
    values: { 'enquiries.attachment': 'удостоверение-пример.jpg' },
  });
  crm('13:15', 'data.collected', by(askar, 'account'), {
    categories: ['enquiries.message'],
    purposes: ['support'],
    basis: withConsent(all.askar.consent),
    holder: 'mail-archive',
    origin: { kind: 'subject', means: 'email' },
    values: { 'enquiries.message': 'Письмо-пример о сотрудничестве' },
  });
}

/** Whoever passes data on must say to whom, why and where: the five findings about recipients. */
function wrongTransfers({ crm, logs, billing, notices }: Flows, all: Registrations): void {
  const sent = { mode: 'sent', country: 'KZ' };
  crm('16:25', 'data.transferred', by(olga, 'account'), {
    ...sent,
    categories: ['email'],
    purposes: ['service-notices'],
    basis: withConsent(all.olga.consent),
    recipient: 'primer-agency',
    holder: 'crm',
  });
  billing('11:45', 'data.transferred', by(timur, 'account'), {
    ...sent,
    categories: ['full-name', 'phone'],
    purposes: ['payment'],
    basis: withContract(all.timur.consent),
    recipient: 'primer-bank',
  });
  logs('15:35', 'data.transferred', by(sergey, 'account'), {
    categories: ['ip', 'technical-logs'],
    purposes: ['fraud-prevention'],
    basis: withConsent(all.sergey.consent),
    recipient: 'primer-admins',
    country: 'KZ',
    mode: 'access',
    holder: 'log-store',
  });
  for (const [at, person, { consent }] of [
    ['18:05', saule, all.saule],
    ['21:00', dinara, all.dinara],
  ] as const) {
    notices(at, 'data.transferred', by(person, 'account'), {
      ...sent,
      categories: ['full-name', 'phone'],
      purposes: ['service-notices'],
      basis: withConsent(consent),
      recipient: 'primer-sms',
      holder: 'crm',
    });
  }
  for (const [at, i] of [
    ['10:46', 2],
    ['15:17', 7],
  ] as const) {
    logs(at, 'data.transferred', named('cookie', cookieOf(40 + i)), {
      categories: ['ip', 'visit-time'],
      purposes: ['analytics'],
      basis: { code: 'consent' },
      recipient: 'primer-metrics',
      country: 'US',
      mode: 'sent',
      holder: 'log-store',
    });
  }
}

/** What is not held cannot be used, and a hash anonymises nothing: UNTOLD_HOLDING, HOLDING_GONE, NOT_ANONYMISED. */
function ofNothing({ helpdesk, logs }: Flows, all: Registrations): void {
  helpdesk('16:50', 'data.used', by(zhanna, 'email'), {
    categories: ['enquiries.attachment'],
    purposes: ['support'],
    basis: withConsent(all.zhanna.consent),
    holder: 'helpdesk',
  });
  logs('19:15', 'data.destroyed', by(sergey, 'account'), {
    manner: 'anonymised',
    categories: ['technical-logs'],
    holder: 'log-store',
    ground: 'purpose-reached',
    method: 'hashing',
  });
  logs('19:30', 'data.used', by(sergey, 'account'), {
    categories: ['technical-logs'],
    purposes: ['fraud-prevention'],
    basis: withConsent(all.sergey.consent),
    holder: 'log-store',
  });
}

/** Where from? SOURCE_NOT_STATED and SOURCE_LINK_MISSING: an upload without clause 10 accepted, a register without a link. */
function fromNowhere({ check }: Flows): void {
  for (const [at, i] of [
    ['12:30', 0],
    ['12:31', 1],
    ['12:32', 2],
  ] as const) {
    check(at, 'data.collected', named('iin', fictionalIin(400 + i)), {
      categories: ['full-name', 'company'],
      purposes: ['service-access'],
      basis: { code: 'kz.9.9-3' },
      holder: 'check-base',
      role: 'entrepreneur',
      capacity: 'operator',
      for: organisations.maket,
      origin: { kind: 'uploaded', means: 'file-upload', uploader: organisations.maket, acceptance: false },
      values: { 'full-name': `Неизвестнов ${i + 1} (пример)`, company: `ИП «Неизвестность ${i + 1}»` },
    });
  }
  check('18:50', 'data.collected', named('iin', fictionalIin(410)), {
    categories: ['full-name', 'company'],
    purposes: ['service-access'],
    basis: { code: 'kz.7.5' },
    holder: 'check-base',
    role: 'entrepreneur',
    origin: {
      kind: 'public-source',
      means: 'open-register',
      ground: 'open-register',
      fetched: moment('18:49'),
      case: 'check-0119',
    },
    values: { 'full-name': 'Бессылочный Пример', company: 'ИП «Без ссылки»' },
  });
}

/** Two people in one fact. The account goes before the mailbox; a phone and a mailbox are equal, so nothing is recorded. */
function ofTwoPeople({ crm, helpdesk }: Flows, all: Registrations): void {
  const mixed = (...identifiers: [string, string][]) => ({
    identifiers: identifiers.map(([scheme, value]) => ({ scheme, value })),
  });
  crm('17:50', 'data.used', mixed(['account', nurlan.account], ['email', olga.email]), {
    categories: ['full-name'],
    purposes: ['account'],
    basis: withConsent(all.nurlan.consent),
    holder: 'crm',
  });
  helpdesk('18:25', 'data.collected', mixed(['phone', timur.phone], ['email', askar.email]), {
    categories: ['enquiries.topic'],
    purposes: ['support'],
    holder: 'helpdesk',
    origin: { kind: 'subject', means: 'phone' },
    values: { 'enquiries.topic': 'Звонок-пример' },
  });
}

export function mistakenDay(flows: Flows, registrations: Registrations): void {
  beyondThePolicy(flows, registrations);
  tooMuch(flows, registrations);
  wrongTransfers(flows, registrations);
  ofNothing(flows, registrations);
  fromNowhere(flows);
  ofTwoPeople(flows, registrations);
}
