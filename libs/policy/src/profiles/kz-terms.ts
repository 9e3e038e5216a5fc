// Within which terms does the law of Kazakhstan ask for what? Law 94-V and its rules; each row says how sure it is.
import { type Unproved } from '../profile.js';
import { type Counting, type Term } from '../profile-terms.js';

type Words = readonly [ru: string, kk: string, en: string];
type Sure = readonly [article: string, confidence: Term['confidence'], source: string];

function workingDays(
  code: string,
  amount: number,
  starts: string,
  [article, confidence, source]: Sure,
  [ru, kk, en]: Words,
  strict?: Term['strict'],
): Term {
  const label = { ru, kk, en };
  return { code, amount, unit: 'working-day', starts, ...(strict && { strict }), article, confidence, source, label };
}

/** Art. 25(2)(8) says how long and not from when, so the reading from the moment itself cannot be excluded. */
const oneDay = (code: string, starts: string, inferred: string, words: Words): Term =>
  workingDays(
    code,
    1,
    starts,
    ['94-V:25(2)(8)', 'T', `Law 94-V Art. 25(2)(8): 1 working day; that it runs from ${inferred} is inferred`],
    words,
    'from-moment',
  );

export const kzTerms: Term[] = [
  workingDays(
    'access',
    3,
    'request-received',
    [
      '94-V:25(2)(6)',
      'S2',
      'Law 94-V Art. 25(2)(6)-(7) gives the duty and no number; 3 working days from receipt: Rules 395/НҚ item 16, two documents',
    ],
    ['Ответ субъекту', 'Субъектіге жауап', 'Answer to the person'],
  ),
  workingDays(
    'objection',
    3,
    'request-received',
    [
      '94-V:19-1',
      'T',
      'Law 94-V Art. 19-1: an objection to automated processing is answered in 3 working days from receipt',
    ],
    [
      'Ответ на возражение против автоматизированной обработки',
      'Автоматтандырылған өңдеуге қарсылыққа жауап',
      'Answer to an objection to automated processing',
    ],
  ),
  oneDay('correction', 'request-received', 'receipt', [
    'Изменение или дополнение данных',
    'Деректерді өзгерту немесе толықтыру',
    'Change or supplement of data',
  ]),
  oneDay('blocking', 'breach-told', 'receipt of the information', [
    'Блокирование данных',
    'Деректерді бұғаттау',
    'Blocking of data',
  ]),
  oneDay('unblocking', 'breach-not-confirmed', 'the finding that nothing was breached', [
    'Снятие блокирования',
    'Бұғаттауды алып тастау',
    'Unblocking of data',
  ]),
  oneDay('destruction', 'breach-confirmed', 'the confirmation of the breach', [
    'Уничтожение данных',
    'Деректерді жою',
    'Destruction of data',
  ]),
  workingDays(
    'unpublication',
    1,
    'request-received',
    ['94-V:6', 'T', 'Law 94-V Art. 6: 1 working day; that it runs from receipt of the demand is inferred'],
    [
      'Исключение данных из общедоступного источника',
      'Деректерді жалпыға қолжетімді дереккөзден алып тастау',
      'Removal of data from a public source',
    ],
    'from-moment',
  ),
  workingDays(
    'withdrawal',
    15,
    'request-received',
    ['94-V:8(7)', 'T', 'Law 94-V Art. 8(7): 15 working days from the notice, to stop or to refuse with reasons'],
    [
      'Прекращение обработки после отзыва согласия',
      'Келісім кері қайтарылғаннан кейін өңдеуді тоқтату',
      'Stopping after a withdrawal of consent',
    ],
  ),
  workingDays(
    'transfer-notice',
    10,
    'transfer',
    ['94-V:19(1)', 'T', 'Law 94-V Art. 19(1): 10 working days from the transfer, where there is a condition to notify'],
    [
      'Уведомление о передаче третьему лицу',
      'Үшінші тұлғаға беру туралы хабарлама',
      'Notice of a transfer to a third party',
    ],
  ),
  workingDays(
    'breach-notice',
    1,
    'breach-detected',
    [
      '94-V:25(2)(8)',
      'T',
      'Law 94-V Art. 25(2)(8), last indent: 1 working day from the moment of detection, since 1.07.2024',
    ],
    [
      'Уведомление уполномоченного органа о нарушении безопасности',
      'Қауіпсіздіктің бұзылуы туралы уәкілетті органды хабардар ету',
      'Notice of a breach to the authorised body',
    ],
    'from-moment',
  ),
  {
    code: 'deletion',
    amount: 15,
    // The press says days alone: calendar days end earlier than working ones, so nothing is missed by either reading.
    unit: 'calendar-day',
    starts: 'request-received',
    article: '255-VIII:41',
    confidence: 'S1',
    source:
      'Digital Code 255-VIII Art. 41 by the press: 15 days, which days is not said; on a second reading Art. 41 holds no term and refers back to 94-V',
    label: {
      ru: 'Удаление, обезличивание или ограничение по Цифровому кодексу',
      kk: 'Цифрлық кодекс бойынша жою, иесіздендіру немесе шектеу',
      en: 'Deletion, anonymisation or restriction under the Digital Code',
    },
  },
  workingDays(
    'intake',
    1,
    'message-received',
    [
      '94-V:25(2)(6)',
      'I',
      'Law 94-V Art. 25(2)(6): terms run from receipt, so what is registered later than the next working day eats them; inferred',
    ],
    ['Регистрация поступившего обращения', 'Келіп түскен өтінішті тіркеу', 'Registration of what was received'],
  ),
  {
    code: 'request-records',
    amount: 36,
    unit: 'month',
    starts: 'request-closed',
    article: '268-XIII:178',
    confidence: 'M',
    source:
      'Civil Code Art. 178 from memory: the general limitation of actions is three years; nothing else says how long',
    label: {
      ru: 'Хранение запроса и ответа: срок исковой давности',
      kk: 'Сұрау мен жауапты сақтау: талап қоюдың ескіру мерзімі',
      en: 'Keeping of a request and its answer: limitation of actions',
    },
  },
];

export const kzUnproved: Unproved = {
  // Noon of the last day: nobody waits longer than the law, and somebody has the afternoon to send it.
  hours: 12,
  article: '94-V:25(2)(7)',
  confidence: 'T',
  source:
    'Law 94-V Art. 25(2)(7): a refusal has its reasons and the same term; Art. 10(2): how a request is made; no article knows a pause',
  label: {
    ru: 'Мотивированный отказ, если личность не подтверждена к концу срока',
    kk: 'Мерзім аяғына дейін жеке басы расталмаса, уәжді бас тарту',
    en: 'A reasoned refusal where nobody proved who asks by the end of the term',
  },
};

export const kzCounting: Counting = {
  zone: {
    name: 'Asia/Almaty',
    offsets: [
      { from: '2004-10-30T20:00:00Z', minutes: 360 },
      // One zone of UTC+5 for the whole country since 1 March 2024: clocks were put back an hour at midnight.
      { from: '2024-02-29T18:00:00Z', minutes: 300 },
    ],
  },
  calendar: 'kz',
  article: '268-XIII:173',
  confidence: 'M',
  source: 'Civil Code Art. 173, 175 from memory: counted from the next day; a last day that is no working day moves on',
  label: {
    ru: 'Срок течёт со следующего дня; последний нерабочий день переносится на ближайший рабочий',
    kk: 'Мерзім келесі күннен басталады; соңғы жұмыс емес күн келесі жұмыс күніне ауысады',
    en: 'Counted from the next day; a last day that is no working day moves on to the next one',
  },
};
