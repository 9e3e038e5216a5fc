// Which days are off in Kazakhstan, five-day week, 2024 to 2028? Law 267-II, Labour Code 414-V; each row says how sure it is.
import { type Calendar, type CalendarDay } from '../calendar.js';

type Words = readonly [ru: string, kk: string, en: string];
type Sure = readonly [confidence: CalendarDay['confidence'], source: string];

const labelOf = ([ru, kk, en]: Words) => ({ ru, kk, en });

const holidays = {
  'new-year': ['Новый год', 'Жаңа жыл', 'New Year'],
  christmas: ['Православное Рождество', 'Православиелік Рождество', 'Orthodox Christmas'],
  'womens-day': ['Международный женский день', 'Халықаралық әйелдер күні', 'International Women’s Day'],
  nauryz: ['Наурыз мейрамы', 'Наурыз мейрамы', 'Nauryz'],
  'unity-day': [
    'Праздник единства народа Казахстана',
    'Қазақстан халқының бірлігі мерекесі',
    'Day of Unity of the People of Kazakhstan',
  ],
  'defender-day': ['День защитника Отечества', 'Отан қорғаушы күні', 'Defender of the Fatherland Day'],
  'victory-day': ['День Победы', 'Жеңіс күні', 'Victory Day'],
  'kurban-ait': ['Первый день Курбан-айта', 'Құрбан айттың бірінші күні', 'First day of Kurban Ait'],
  'capital-day': ['День столицы', 'Астана күні', 'Capital City Day'],
  'constitution-day': ['День Конституции', 'Конституция күні', 'Constitution Day'],
  'republic-day': ['День Республики', 'Республика күні', 'Republic Day'],
  'independence-day': ['День Независимости', 'Тәуелсіздік күні', 'Independence Day'],
} as const satisfies Record<string, Words>;
type Holiday = keyof typeof holidays;

/** Days off by the Labour Code, not holidays by the Law on holidays: nothing is carried over from them. */
const notCarried: readonly Holiday[] = ['christmas', 'kurban-ait'];

const press: Sure = ['S2', 'Law 267-II Art. 3 and calendars of the ministry of labour for this year, in the press'];
const computed: Sure = ['I', 'Computed from Law 267-II as the press has it; no calendar of this year was read'];
const fixedEveryYear: readonly (readonly [monthAndDay: string, why: Holiday])[] = [
  ['01-01', 'new-year'],
  ['01-02', 'new-year'],
  ['01-07', 'christmas'],
  ['03-08', 'womens-day'],
  ['03-21', 'nauryz'],
  ['03-22', 'nauryz'],
  ['03-23', 'nauryz'],
  ['05-01', 'unity-day'],
  ['05-07', 'defender-day'],
  ['05-09', 'victory-day'],
  ['07-06', 'capital-day'],
  ['10-25', 'republic-day'],
  ['12-16', 'independence-day'],
];

const articleOf = (why: Holiday): string => (notCarried.includes(why) ? '414-V:84(5)' : '267-II:3');

function holiday(date: string, why: Holiday, [confidence, source]: Sure): CalendarDay {
  return { date, kind: 'off', why, article: articleOf(why), confidence, source, label: labelOf(holidays[why]) };
}

const everyYear = (year: number, sure: Sure): CalendarDay[] =>
  fixedEveryYear.map(([date, why]) => holiday(`${year}-${date}`, why, sure));

function carried(of: string, date: string, why: Holiday, [confidence, source]: Sure): CalendarDay {
  const [ru, kk, en] = holidays[why];
  return {
    date,
    kind: 'off',
    why: 'carried-over',
    of,
    article: '267-II:5',
    confidence,
    source,
    label: { ru: `${ru}, перенос с выходного`, kk: `${kk}, демалыс күнінен ауыстырылған`, en: `${en}, carried over` },
  };
}

/** A day of rest that the ministry of labour moved: from a day that then is worked, to another. */
function moved(from: string, to: string, source: string): CalendarDay[] {
  const row = { why: 'moved', article: '414-V:85(3)', confidence: 'S2', source } as const;
  const off: Words = ['Перенесённый день отдыха', 'Ауыстырылған демалыс күні', 'Day of rest moved here'];
  const work: Words = [
    'Рабочий день вместо дня отдыха',
    'Демалыс күнінің орнына жұмыс күні',
    'Worked for a day of rest',
  ];
  return [
    { date: from, kind: 'work', of: to, ...row, label: labelOf(work) },
    { date: to, kind: 'off', of: from, ...row, label: labelOf(off) },
  ];
}

const muftiate = 'Date of the Spiritual Administration of Muslims of Kazakhstan, in the press';
function kurbanAit(date: string, announced: boolean): CalendarDay {
  if (announced) return holiday(date, 'kurban-ait', ['S2', muftiate]);
  const source = 'Computed from the lunar calendar; the muftiate has not named the day, and may move it by one';
  return { ...holiday(date, 'kurban-ait', ['M', source]), announced: 'no' };
}

const days: CalendarDay[] = [
  ...everyYear(2024, press),
  carried('2024-03-23', '2024-03-25', 'nauryz', press),
  ...moved(
    '2024-05-04',
    '2024-05-08',
    'Order of the ministry of labour of 17.04.2024 on moving a day of rest in 2024, in the press; its number was not read',
  ),
  // Announced for 17 June and moved to the 16th when the moon was seen: a Sunday.
  kurbanAit('2024-06-16', true),
  carried('2024-07-06', '2024-07-08', 'capital-day', press),
  holiday('2024-08-30', 'constitution-day', press),

  ...everyYear(2025, press),
  ...moved(
    '2025-01-05',
    '2025-01-03',
    'Order of the ministry of labour on moving a day of rest to 3.01.2025, in the press; its number was not read',
  ),
  carried('2025-03-08', '2025-03-10', 'womens-day', press),
  carried('2025-03-22', '2025-03-24', 'nauryz', press),
  carried('2025-03-23', '2025-03-25', 'nauryz', press),
  kurbanAit('2025-06-06', true),
  carried('2025-07-06', '2025-07-07', 'capital-day', press),
  holiday('2025-08-30', 'constitution-day', press),
  carried('2025-08-30', '2025-09-01', 'constitution-day', press),
  carried('2025-10-25', '2025-10-27', 'republic-day', press),

  ...everyYear(2026, press),
  carried('2026-03-08', '2026-03-09', 'womens-day', press),
  carried('2026-03-21', '2026-03-24', 'nauryz', press),
  carried('2026-03-22', '2026-03-25', 'nauryz', press),
  carried('2026-05-09', '2026-05-11', 'victory-day', press),
  kurbanAit('2026-05-27', true),
  carried('2026-10-25', '2026-10-26', 'republic-day', press),

  // From 2027 on Constitution Day is 15 March, and 30 August a working day (the ministry of labour in March 2026, one source).
  ...everyYear(2027, computed),
  carried('2027-01-02', '2027-01-04', 'new-year', computed),
  holiday('2027-03-15', 'constitution-day', computed),
  carried('2027-03-21', '2027-03-24', 'nauryz', computed),
  carried('2027-05-01', '2027-05-03', 'unity-day', computed),
  carried('2027-05-09', '2027-05-10', 'victory-day', computed),
  kurbanAit('2027-05-16', false),

  ...everyYear(2028, computed),
  carried('2028-01-01', '2028-01-03', 'new-year', computed),
  carried('2028-01-02', '2028-01-04', 'new-year', computed),
  holiday('2028-03-15', 'constitution-day', computed),
  kurbanAit('2028-05-05', false),
  carried('2028-05-07', '2028-05-08', 'defender-day', computed),
  carried('2028-12-16', '2028-12-18', 'independence-day', computed),
];

export const kzCalendar: Calendar = {
  format: 'derbes.calendar/v1',
  code: 'kz',
  version: '1',
  acts: [
    {
      code: '267-II',
      label: {
        ru: 'Закон РК от 13 декабря 2001 года № 267-II «О праздниках в Республике Казахстан»',
        kk: '«Қазақстан Республикасындағы мерекелер туралы» ҚР 2001 жылғы 13 желтоқсандағы № 267-II Заңы',
        en: 'Law of the Republic of Kazakhstan of 13 December 2001 No. 267-II on holidays',
      },
    },
    {
      code: '414-V',
      label: {
        ru: 'Трудовой кодекс РК от 23 ноября 2015 года № 414-V',
        kk: 'ҚР 2015 жылғы 23 қарашадағы № 414-V Еңбек кодексі',
        en: 'Labour Code of the Republic of Kazakhstan of 23 November 2015 No. 414-V',
      },
    },
  ],
  weekend: [6, 7],
  carry_over: {
    except: [...notCarried],
    article: '267-II:5',
    confidence: 'S2',
    source: 'Law 267-II Art. 5 as the press quotes it: a holiday on a day of rest makes the next working day one',
    label: {
      ru: 'Если праздник выпал на выходной, выходным становится следующий рабочий день',
      kk: 'Мереке демалыс күніне тура келсе, келесі жұмыс күні демалыс болады',
      en: 'A holiday on a day of rest makes the next working day a day of rest',
    },
  },
  years: [2024, 2025, 2026, 2027, 2028],
  days: days.sort((a, b) => (a.date < b.date ? -1 : 1)),
};
