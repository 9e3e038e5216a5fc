// Within which terms does the GDPR ask for what? Regulation (EU) 2016/679 and 1182/71; rows from memory until a lawyer reads them.
import { type Counting, type Term } from '../profile-terms.js';

type Words = readonly [ru: string, kk: string, en: string];

const source = 'Regulation (EU) 2016/679';
const sure = { confidence: 'M', source } as const;
const labelOf = ([ru, kk, en]: Words) => ({ ru, kk, en });

/** Art. 12(3): one month from receipt, two more where it is complex, of which the person is told within the first. */
const oneMonth = (code: string, article: string, words: Words): Term => ({
  code,
  amount: 1,
  unit: 'month',
  starts: 'request-received',
  extension: {
    amount: 2,
    unit: 'month',
    article: 'GDPR:12(3)',
    ...sure,
    label: labelOf([
      'Продление на два месяца; субъект извещается в первый месяц',
      'Екі айға ұзарту; субъект бірінші айда хабардар етіледі',
      'Two further months; the person is told within the first',
    ]),
  },
  article: `GDPR:${article}`,
  ...sure,
  label: labelOf(words),
});

export const gdprTerms: Term[] = [
  oneMonth('access', '12(3)', [
    'Ответ на запрос о доступе',
    'Қолжетімділік сұрауына жауап',
    'Answer to a request for access',
  ]),
  oneMonth('correction', '12(3)', ['Исправление данных', 'Деректерді түзету', 'Rectification']),
  oneMonth('deletion', '12(3)', ['Удаление данных', 'Деректерді жою', 'Erasure']),
  oneMonth('destruction', '12(3)', ['Уничтожение данных', 'Деректерді құрту', 'Destruction of data']),
  oneMonth('blocking', '12(3)', ['Ограничение обработки', 'Өңдеуді шектеу', 'Restriction of processing']),
  oneMonth('objection', '12(3)', ['Ответ на возражение', 'Қарсылыққа жауап', 'Answer to an objection']),
  oneMonth('portability', '12(3)', [
    'Передача данных субъекту',
    'Деректерді субъектіге тасымалдау',
    'Portability of data',
  ]),
  {
    code: 'extension-notice',
    amount: 1,
    unit: 'month',
    starts: 'request-received',
    article: 'GDPR:12(3)',
    ...sure,
    label: labelOf(['Извещение о продлении срока', 'Мерзімді ұзарту туралы хабарлама', 'Notice of an extension']),
  },
  {
    code: 'refusal',
    amount: 1,
    unit: 'month',
    starts: 'request-received',
    article: 'GDPR:12(4)',
    ...sure,
    label: labelOf(['Отказ с причинами', 'Себептері көрсетілген бас тарту', 'Refusal with reasons']),
  },
  {
    code: 'source-notice',
    amount: 1,
    unit: 'month',
    starts: 'collection',
    article: 'GDPR:14(3)(a)',
    ...sure,
    label: labelOf([
      'Уведомление о данных, полученных не от субъекта',
      'Субъектіден алынбаған деректер туралы хабарлама',
      'Notice of data not obtained from the person',
    ]),
  },
  {
    code: 'breach-notice',
    amount: 72,
    unit: 'hour',
    starts: 'breach-detected',
    strict: 'from-moment',
    article: 'GDPR:33(1)',
    ...sure,
    label: labelOf([
      'Уведомление надзорного органа о нарушении',
      'Бұзушылық туралы қадағалау органын хабардар ету',
      'Notice of a breach to the supervisory authority',
    ]),
  },
  {
    code: 'request-records',
    amount: 36,
    unit: 'month',
    starts: 'request-closed',
    article: 'GDPR:5(1)(e)',
    confidence: 'M',
    source:
      'GDPR Art. 5(1)(e), 17(3)(e): for as long as claims can be brought; three years until a lawyer says otherwise',
    label: labelOf(['Хранение запроса и ответа', 'Сұрау мен жауапты сақтау', 'Keeping of a request and its answer']),
  },
];

export const gdprCounting: Counting = {
  // The controller of the example sits in Kazakhstan; days begin and end where the controller is.
  zone: {
    name: 'Asia/Almaty',
    offsets: [
      { from: '2004-10-30T20:00:00Z', minutes: 360 },
      { from: '2024-02-29T18:00:00Z', minutes: 300 },
    ],
  },
  article: '1182-71:3',
  confidence: 'M',
  source:
    'Regulation (EEC, Euratom) 1182/71 Art. 3; no calendar of a member state is held, so of its public holidays none moves a last day on: too early at worst',
  label: labelOf([
    'Срок в месяцах истекает в то же число; последний выходной день переносится',
    'Аймен есептелетін мерзім сол күні аяқталады; соңғы демалыс күні ауысады',
    'A term in months ends on the same date; a last day that is a weekend moves on',
  ]),
};
