// What do the other users do between nine and nine? They register, sign in, buy, ask, look; one leaves.
import { automatically, withConsent, withContract, type Flows, type Registration } from './flows.js';
import { by, cookieOf, people, type Person } from './people.js';
import { dateInDays, inDays, later, type When } from './telling.js';

export type Name = Exclude<keyof typeof people, 'aigul' | 'aliya' | 'marat'>;
export type Registrations = Readonly<Record<Name, Registration>>;

/** Aliya and Marat come another way, see mistakes.ts. */
const registeredAt: Readonly<Record<Name, When>> = {
  daniyar: '09:31',
  saule: '09:48',
  yerlan: '10:02',
  madina: '10:36',
  timur: '11:10',
  zhanna: '11:47',
  askar: '12:24',
  dinara: '13:05',
  ruslan: '13:38',
  gulnara: '14:12',
  sergey: '14:50',
  olga: '15:25',
  nurlan: '16:40',
};
const names = Object.keys(registeredAt) as Name[];

function register(flows: Flows): Registrations {
  return Object.fromEntries(names.map((name) => [name, flows.register(registeredAt[name], people[name])])) as Record<
    Name,
    Registration
  >;
}

function signIn(flows: Flows, registrations: Registrations): void {
  for (const [i, name] of names.entries()) {
    const { consent } = registrations[name];
    flows.session(later(registeredAt[name], 2), people[name], consent, 35 + i, 10 + i);
  }
}

const plans = {
  daniyar: 'Команда',
  saule: 'Базовый',
  madina: 'Базовый',
  timur: 'Команда',
  zhanna: 'Базовый',
  dinara: 'Проба',
};

function buy(flows: Flows, registrations: Registrations): void {
  for (const [name, plan] of Object.entries(plans) as [keyof typeof plans, string][]) {
    const { consent } = registrations[name];
    flows.buyPlan(later(registeredAt[name], 15), people[name], consent, plan);
    flows.mail(later(registeredAt[name], 30), people[name], consent);
    flows.useService(later(registeredAt[name], 33), people[name], consent, 'проверка ТОО «Контрагент Пример»');
    flows.useService(later(registeredAt[name], 95), people[name], consent, 'выгрузка отчёта');
  }
}

const questions: readonly (readonly [When, Name, string, string])[] = [
  ['10:50', 'daniyar', 'Загрузка списка', 'Какой формат у файла с контрагентами?'],
  ['12:05', 'saule', 'Счёт', 'Прошу выслать счёт-пример ещё раз.'],
  ['13:55', 'madina', 'Отчёт', 'Где найти вчерашний отчёт?'],
  ['15:45', 'gulnara', 'Вход', 'Не приходит одноразовый пароль.'],
  ['17:10', 'olga', 'Тариф', 'Чем «Команда» отличается от «Базового»?'],
  ['18:15', 'nurlan', 'Доступ', 'Прошу доступ к примеру API.'],
];

function ask(flows: Flows, registrations: Registrations): void {
  for (const [at, name, topic, message] of questions) {
    flows.ticket(at, people[name], registrations[name].consent, topic, message);
  }
}

/** Devices that nobody signed in on, and three that somebody did, later. */
function visit(flows: Flows): void {
  const answers = ['agrees', 'closes', 'refuses'] as const;
  const times = [
    '09:08',
    '09:55',
    '10:44',
    '11:33',
    '12:48',
    '13:20',
    '14:25',
    '15:15',
    '16:20',
    '17:45',
    '19:05',
    '20:05',
  ];
  for (const [i, at] of times.entries())
    flows.visit(at, cookieOf(40 + i), 40 + i, answers[i % answers.length] ?? 'closes');
  for (const name of ['timur', 'dinara', 'olga'] as const) {
    const person: Person = people[name];
    flows.visit(later(registeredAt[name], -9), person.cookie, 30, 'closes');
    flows.site(later(registeredAt[name], 1), 'subject.identified', by(person, 'account'), {
      identifiers: [{ scheme: 'cookie', value: person.cookie }],
    });
  }
}

/** To contractors and to those whom the law names; the consent names the classes, item 4. */
function passOn({ crm, logs, billing }: Flows, { timur, zhanna, askar, ruslan }: Registrations): void {
  logs('12:40', 'data.transferred', by(people.timur, 'account'), {
    categories: ['ip', 'technical-logs'],
    purposes: ['fraud-prevention'],
    basis: withConsent(timur.consent),
    recipient: 'primer-shield',
    country: 'KZ',
    mode: 'access',
    holder: 'log-store',
  });
  crm('12:55', 'data.transferred', by(people.askar, 'account'), {
    categories: ['full-name', 'email', 'company'],
    purposes: ['support'],
    basis: withConsent(askar.consent),
    recipient: 'primer-helpdesk',
    country: 'KZ',
    mode: 'access',
    holder: 'crm',
  });
  crm('14:05', 'data.transferred', by(people.ruslan, 'account'), {
    categories: ['full-name', 'phone'],
    purposes: ['service-notices'],
    basis: withConsent(ruslan.consent),
    recipient: 'primer-sms',
    country: 'KZ',
    mode: 'sent',
    holder: 'crm',
  });
  // A court's act is enforced: Art. 9(1) asks for no consent, so no undertaking is asked for either.
  billing('17:30', 'data.transferred', by(people.zhanna, 'account'), {
    categories: ['full-name', 'requisites.iban'],
    purposes: ['legal-compliance'],
    basis: { code: 'kz.9.1' },
    recipient: 'primer-bailiff',
    country: 'KZ',
    mode: 'sent',
    holder: 'billing',
  });
  billing('17:35', 'data.transferred', by(people.zhanna, 'account'), {
    categories: ['full-name', 'requisites.iban'],
    purposes: ['payment'],
    basis: withContract(zhanna.consent),
    recipient: 'primer-bank',
    country: 'KZ',
    mode: 'sent',
    holder: 'billing',
  });
}

/** An invoice is unpaid, so a withdrawal does not take the contract's ground away (Art. 8(2)); for the rest it does. */
function withdrawInDebt({ site, billing }: Flows, { zhanna }: Registrations): void {
  const account = by(people.zhanna, 'account');
  billing('18:20', 'obligation.opened', account, { kind: 'invoice' });
  site('18:30', 'consent.withdrawn', account, {
    consent: zhanna.consent,
    scope: { purposes: ['contract', 'payment'] },
    channel: 'email',
  });
  billing('18:45', 'data.used', account, {
    categories: ['requisites.iban', 'plan'],
    purposes: ['payment'],
    basis: withContract(zhanna.consent),
    holder: 'billing',
  });
}

/** Yerlan closes his account on the day he opened it; before, his sessions' logs are destroyed for good, figures kept of nobody. */
function leave(flows: Flows, { yerlan }: Registrations): void {
  const account = by(people.yerlan, 'account');
  const after = { ground: 'purpose-reached', holder: 'log-store' };
  flows.logs('16:45', 'data.destroyed', account, {
    ...after,
    manner: 'destroyed',
    categories: ['ip', 'session', 'technical-logs'],
    method: 'key-destruction',
  });
  flows.logs('16:46', 'data.destroyed', account, {
    ...after,
    manner: 'anonymised',
    categories: ['visit-time'],
    method: 'aggregation',
  });
  // The last system that held his account's number lets it go, and the ledger with it: nobody finds him by it any more.
  flows.closeAccount('17:00', people.yerlan, yerlan.account, dateInDays(30));
}

/** Who agreed to analytics by name, with a term of a year. */
function agreeToAnalytics({ site, logs, texts }: Flows): void {
  for (const [at, name] of [
    ['11:25', 'timur'],
    ['15:40', 'olga'],
  ] as const) {
    const account = by(people[name], 'account');
    const consent = site(at, 'consent.given', account, {
      purposes: ['analytics'],
      items: {
        operator: true,
        subjectName: people[name].name,
        term: { until: inDays(365) },
        thirdParties: { allowed: false },
        crossBorder: { allowed: false },
        publication: { allowed: false },
        data: ['automatic', 'usage-history'],
      },
      shown: texts.consent,
      channel: 'personal-account',
    });
    logs(later(at, 3), 'data.collected', account, {
      categories: ['pages-actions', 'device-type'],
      purposes: ['analytics'],
      basis: withConsent(consent),
      holder: 'log-store',
      origin: automatically,
      values: { 'pages-actions': '/check, /reports', 'device-type': 'телефон' },
    });
  }
}

export function usersDay(flows: Flows): Registrations {
  visit(flows);
  const registrations = register(flows);
  signIn(flows, registrations);
  buy(flows, registrations);
  ask(flows, registrations);
  agreeToAnalytics(flows);
  passOn(flows, registrations);
  withdrawInDebt(flows, registrations);
  leave(flows, registrations);
  return registrations;
}
