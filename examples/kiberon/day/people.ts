// Who lives this day? Nobody: names say that they are examples, and no number or address could have been issued.

// Twelve digits with a lawful check digit whose birth date is month 00, day 00, so no such number exists.
const firstWeights = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const secondWeights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

/** The nth number of its kind; people and organisations share the form. */
function number(series: string, n: number): string {
  const digits = `000000${series}${String(n).padStart(4, '0')}`;
  const remainder = (weights: readonly number[]) =>
    weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % 11;
  const first = remainder(firstWeights);
  const check = first === 10 ? remainder(secondWeights) : first;
  if (check === 10) throw new RangeError(`no check digit for number ${n}: take another`);
  return `${digits}${check}`;
}

export interface Organisation {
  readonly bin: string;
  readonly name: string;
}

export interface Person {
  readonly name: string;
  readonly account: string;
  readonly email: string;
  readonly phone: string;
  readonly iin: string;
  readonly cookie: string;
  readonly company: string;
  readonly position: string;
  readonly address: string;
  readonly iban: string;
}

type Scheme = 'account' | 'email' | 'phone' | 'iin' | 'cookie';

/** The person by these identifiers, as a fact names a subject. */
export const by = (person: Pick<Person, Scheme>, ...schemes: Scheme[]): object => ({
  identifiers: schemes.map((scheme) => ({ scheme, value: person[scheme] })),
});

/** Somebody known by one identifier alone. */
export const named = (scheme: Scheme, value: string): object => ({ identifiers: [{ scheme, value }] });

// +7799 is given to no operator.
export const fictionalPhone = (n: number): string => `+7799000${String(n).padStart(4, '0')}`;
export const fictionalIin = (n: number): string => number('0', n);
/** Documentation addresses of RFC 5737. */
export const fictionalIp = (n: number): string => `192.0.2.${n}`;
export const cookieOf = (n: number): string => `example-cookie-${String(n).padStart(3, '0')}`;

function person(n: number, name: string, mailbox: string, company: string, position: string): Person {
  const short = String(n).padStart(2, '0');
  return {
    name,
    account: `example-account-${short}`,
    email: `${mailbox}@example.kz`,
    phone: fictionalPhone(n),
    iin: fictionalIin(n),
    cookie: cookieOf(n),
    company,
    position,
    address: `г. Примерск, ул. Образцовая, д. ${n}`,
    iban: `KZ00 0000 0000 0000 00${short}`,
  };
}

export const people = {
  aigul: person(
    1,
    'Примерова Айгуль Образцовна',
    'aigul.primerova',
    'ИП «Примерова»',
    'индивидуальный предприниматель',
  ),
  daniyar: person(2, 'Образцов Данияр Тестович', 'daniyar.obraztsov', 'ТОО «Образец»', 'директор'),
  saule: person(3, 'Шаблонова Сауле Примеровна', 'saule.shablonova', 'ТОО «Шаблон»', 'бухгалтер'),
  yerlan: person(4, 'Тестов Ерлан Тестович', 'yerlan.testov', 'ТОО «Тест»', 'юрист'),
  madina: person(5, 'Макетова Мадина Эскизовна', 'madina.maketova', 'ТОО «Макет»', 'менеджер по закупкам'),
  timur: person(6, 'Набросков Тимур Пробович', 'timur.nabroskov', 'ТОО «Набросок»', 'аналитик'),
  zhanna: person(7, 'Черновикова Жанна Образцовна', 'zhanna.chernovikova', 'ТОО «Черновик»', 'финансовый директор'),
  askar: person(8, 'Эскизов Аскар Макетович', 'askar.eskizov', 'ТОО «Эскиз»', 'директор'),
  dinara: person(9, 'Пробная Динара Тестовна', 'dinara.probnaya', 'ТОО «Проба»', 'специалист по комплаенсу'),
  ruslan: person(10, 'Учебный Руслан Примерович', 'ruslan.uchebny', 'ИП «Учебный»', 'индивидуальный предприниматель'),
  aliya: person(11, 'Выдуманова Алия Сказочная', 'aliya.vydumanova', 'ТОО «Выдумка»', 'менеджер'),
  marat: person(12, 'Небылицын Марат Сказочный', 'marat.nebylitsyn', 'ТОО «Небылица»', 'директор'),
  gulnara: person(13, 'Условная Гульнара Примеровна', 'gulnara.uslovnaya', 'ТОО «Условие»', 'главный бухгалтер'),
  sergey: person(14, 'Заглушкин Сергей Тестович', 'sergey.zaglushkin', 'ТОО «Заглушка»', 'системный администратор'),
  olga: person(15, 'Демонстрационная Ольга Пробовна', 'olga.demo', 'ТОО «Демонстрация»', 'руководитель продаж'),
  nurlan: person(16, 'Вымышлев Нурлан Образцович', 'nurlan.vymyshlev', 'ТОО «Вымысел»', 'инженер'),
} as const;

/** Organisations that upload lists of people they deal with. */
export const organisations = {
  obrazets: { bin: number('1', 1), name: 'ТОО «Образец»' },
  shablon: { bin: number('1', 2), name: 'ТОО «Шаблон»' },
  maket: { bin: number('1', 3), name: 'ТОО «Макет»' },
} as const satisfies Record<string, Organisation>;
