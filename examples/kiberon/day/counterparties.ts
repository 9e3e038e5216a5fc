// Whom does the service hear of without meeting them? People whom customers upload, and sole traders in open registers (clause 10).
import { type Flows } from './flows.js';
import { fictionalIin, fictionalPhone, named, organisations, people } from './people.js';
import { later, moment, type When } from './telling.js';

const ordinals = [
  'Первый',
  'Второй',
  'Третий',
  'Четвёртый',
  'Пятый',
  'Шестой',
  'Седьмой',
  'Восьмой',
  'Девятый',
  'Десятый',
];
const nameOf = (kind: string, i: number): string => `${kind} ${ordinals[i] ?? i} (пример)`;

/** Heads of firms that a customer deals with: the customer answers for having a ground, and accepted clause 10. */
function uploadRepresentatives({ check }: Flows, at: When): void {
  for (let i = 0; i < 9; i++) {
    check(later(at, i / 20), 'data.collected', named('email', `director-${i + 1}@example.com`), {
      categories: ['full-name', 'company', 'position', 'email'],
      purposes: ['service-access'],
      basis: { code: 'consent' },
      holder: 'check-base',
      role: 'representative',
      capacity: 'operator',
      for: organisations.obrazets,
      origin: {
        kind: 'uploaded',
        means: 'file-upload',
        uploader: organisations.obrazets,
        employee: people.daniyar.name,
        declaredBasis: 'consent',
        acceptance: true,
        case: 'upload-0001',
      },
      values: { 'full-name': nameOf('Директоров', i), company: nameOf('ТОО «Контрагент»', i), position: 'директор' },
    });
  }
}

/** Sole traders: Art. 9(9-3) lets data about their trade be processed without a consent. */
function uploadTraders({ check }: Flows, at: When): void {
  for (let i = 0; i < 8; i++) {
    check(later(at, i / 20), 'data.collected', named('iin', fictionalIin(200 + i)), {
      categories: ['full-name', 'company', 'phone'],
      purposes: ['service-access'],
      basis: { code: 'kz.9.9-3' },
      holder: 'check-base',
      role: 'entrepreneur',
      capacity: 'operator',
      for: organisations.shablon,
      origin: {
        kind: 'uploaded',
        means: 'api',
        uploader: organisations.shablon,
        employee: people.saule.name,
        declaredBasis: 'kz.9.9-3',
        acceptance: true,
        case: 'upload-0002',
      },
      values: {
        'full-name': nameOf('Торговцев', i),
        company: nameOf('ИП', i),
        phone: fictionalPhone(200 + i),
      },
    });
  }
}

/** One query, one case, one link: what Art. 7(5) allows and Art. 7(11) demands. */
function queryRegister({ check }: Flows, at: When): void {
  for (let i = 0; i < 8; i++) {
    check(later(at, i * 11), 'data.collected', named('iin', fictionalIin(300 + i)), {
      categories: ['full-name', 'company'],
      purposes: ['service-access'],
      basis: { code: 'kz.7.5' },
      holder: 'check-base',
      role: 'entrepreneur',
      origin: {
        kind: 'public-source',
        means: 'open-register',
        url: `https://register.example.com/sole-traders/${300 + i}`,
        ground: 'open-register',
        fetched: moment(later(at, i * 11 - 1)),
        case: `check-${String(101 + i).padStart(4, '0')}`,
      },
      values: { 'full-name': nameOf('Предпринимателев', i), company: nameOf('ИП', i) },
    });
  }
}

/** Ruslan is a user in private and a sole trader to those who check him: one person, two roles. */
function checkAUser({ check }: Flows): void {
  const { ruslan } = people;
  check(
    '16:15',
    'data.collected',
    {
      identifiers: [
        { scheme: 'iin', value: ruslan.iin },
        { scheme: 'phone', value: ruslan.phone },
      ],
    },
    {
      categories: ['full-name', 'company'],
      purposes: ['service-access'],
      basis: { code: 'kz.7.5' },
      holder: 'check-base',
      role: 'entrepreneur',
      origin: {
        kind: 'public-source',
        means: 'open-register',
        url: 'https://register.example.com/sole-traders/10',
        ground: 'open-register',
        fetched: moment('16:14'),
        case: 'check-0118',
      },
      values: { 'full-name': ruslan.name, company: ruslan.company },
    },
  );
}

export function counterpartiesDay(flows: Flows): void {
  uploadRepresentatives(flows, '11:00');
  uploadTraders(flows, '14:40');
  queryRegister(flows, '10:15');
  checkAUser(flows);
}
