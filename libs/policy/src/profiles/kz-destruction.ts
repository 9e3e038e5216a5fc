// What does the law of Kazakhstan say of destroying data? Law 94-V and the Digital Code; each row says how sure it is.
import { type Profile } from '../profile.js';
import { type Destruction, type DestructionGround, type Keeping } from '../profile-destruction.js';

type Words = readonly [ru: string, kk: string, en: string];
type Sure = readonly [article: string, confidence: DestructionGround['confidence'], source: string];

const labelOf = ([ru, kk, en]: Words) => ({ ru, kk, en });

function ground(
  code: string,
  [article, confidence, source]: Sure,
  words: Words,
  term?: DestructionGround['term'],
): DestructionGround {
  return { code, ...(term && { term }), article, confidence, source, label: labelOf(words) };
}

function keeping(code: string, locks: boolean, [article, confidence, source]: Sure, words: Words): Keeping {
  return { code, locks, article, confidence, source, label: labelOf(words) };
}

const eighteen = 'Law 94-V Art. 18 read; its points are not numbered here';

export const kzDestruction: Destruction = {
  grounds: [
    ground(
      'purpose-reached',
      ['94-V:12(2)', 'T', 'Law 94-V Art. 12(2): stored until the purposes are reached, unless law says otherwise'],
      ['Цели обработки достигнуты', 'Өңдеу мақсаттарына қол жеткізілді', 'The purposes are reached'],
    ),
    ground(
      'term-over',
      ['94-V:18', 'T', eighteen],
      ['Истёк срок хранения', 'Сақтау мерзімі өтті', 'The term of storage is over'],
    ),
    ground(
      'relation-ended',
      ['94-V:18', 'T', eighteen],
      [
        'Прекращены правоотношения с субъектом',
        'Субъектімен құқықтық қатынастар тоқтатылды',
        'The relations with the person ended',
      ],
    ),
    ground(
      'court-decision',
      ['94-V:18', 'T', eighteen],
      ['Вступило в силу решение суда', 'Сот шешімі заңды күшіне енді', 'A court decision came into force'],
    ),
    ground(
      'other-law',
      ['94-V:18', 'T', `${eighteen}; the other act is named beside the order`],
      ['Иной нормативный правовой акт', 'Өзге нормативтік құқықтық акт', 'Another legal act'],
    ),
    ground(
      'collected-without-consent',
      ['94-V:18(3-1)', 'T2', 'Law 94-V Art. 18(3-1) as quoted; except where the Law allows it (Art. 7(5), 9)'],
      ['Данные собраны без согласия', 'Деректер келісімсіз жиналған', 'The data was collected without consent'],
      { count: 1, unit: 'working-day' },
    ),
    ground(
      'breach-confirmed',
      ['94-V:25(2)(8)', 'T', 'Law 94-V Art. 25(2)(8): 1 working day; that it runs from the confirmation is inferred'],
      ['Подтверждена неправомерная обработка', 'Құқыққа сыйымсыз өңдеу расталды', 'Unlawful processing was confirmed'],
      { count: 1, unit: 'working-day' },
    ),
    ground(
      'consent-withdrawn',
      ['94-V:8(7)', 'T', 'Law 94-V Art. 8(7): 15 working days from the notice, or a refusal with reasons'],
      ['Согласие отозвано', 'Келісім кері қайтарып алынды', 'The consent was withdrawn'],
      { count: 15, unit: 'working-day' },
    ),
    ground(
      'subject-request',
      [
        '255-VIII:41',
        'S1',
        'Digital Code 255-VIII Art. 41 by the press: 15 days, which days is not said; on a second reading Art. 41 refers back to 94-V',
      ],
      ['Требование субъекта', 'Субъектінің талабы', 'The person demands it'],
      { count: 15, unit: 'day' },
    ),
    ground(
      'objection',
      ['94-V:19-1', 'T', 'Law 94-V Art. 19-1: an objection to automated processing is answered in 3 working days'],
      [
        'Возражение против автоматизированной обработки',
        'Автоматтандырылған өңдеуге қарсылық',
        'Objection to automated processing',
      ],
      { count: 3, unit: 'working-day' },
    ),
  ],
  keeps: [
    keeping(
      'legal-hold',
      true,
      ['94-V:8(2)', 'T', 'Law 94-V Art. 8(2); the act of each hold stands in the hold'],
      ['Запрет на уничтожение', 'Жоюға тыйым', 'Legal hold'],
    ),
    keeping(
      'statutory-retention',
      true,
      ['94-V:12(2)', 'T', 'Law 94-V Art. 12(2): unless law says otherwise; act and article stand in the policy’s row'],
      ['Срок хранения по закону', 'Заң бойынша сақтау мерзімі', 'Retention by law'],
    ),
    keeping(
      'retention-unconfirmed',
      true,
      ['94-V:12(2)', 'I', 'Law 94-V Art. 12(2); nobody confirmed the act or the term, so an officer decided'],
      [
        'Срок хранения по закону не подтверждён, решило ответственное лицо',
        'Заң бойынша сақтау мерзімі расталмаған, жауапты тұлға шешті',
        'Retention by law that nobody confirmed, by decision of the responsible person',
      ],
    ),
    keeping(
      'obligation-open',
      false,
      ['94-V:8(2)', 'T', 'Law 94-V Art. 8(2), 24(1)(5): an obligation that is not fulfilled'],
      ['Обязательство не исполнено', 'Міндеттеме орындалмаған', 'An obligation is not fulfilled'],
    ),
    keeping(
      'blocked',
      false,
      ['94-V:1(3)', 'T2', 'Law 94-V Art. 1(3): a block suspends destruction too'],
      ['Данные блокированы', 'Деректер бұғатталған', 'The data is blocked'],
    ),
  ],
  locked: {
    article: '255-VIII:41',
    confidence: 'S2',
    source: 'Digital Code 255-VIII Art. 41, press: where retention is mandatory, use stops',
    label: labelOf([
      'Хранится, но не используется: только для ответа субъекту, суду и уполномоченному органу',
      'Сақталады, бірақ пайдаланылмайды: тек субъектіге, сотқа және уәкілетті органға жауап беру үшін',
      'Kept and not used: for answers to the person, courts and the authorised body alone',
    ]),
  },
  remains: {
    article: '94-V:22(1)(5)',
    confidence: 'I',
    source:
      'Law 94-V Art. 22(1)(5) read; that the records of a destruction need a purpose and term of their own is inferred',
    label: labelOf([
      'Записи о том, что данные были и уничтожены: коды и моменты под случайным номером; не обезличены',
      'Деректердің болғаны және жойылғаны туралы жазбалар: кездейсоқ нөмір астындағы кодтар мен сәттер; иесіздендірілмеген',
      'Records that data was there and was destroyed: codes and moments under a random number; not anonymous',
    ]),
  },
};

export const kzOpenFinding: NonNullable<Profile['open_finding']> = {
  starts_blocking: 'yes',
  article: '94-V:25(2)(8)',
  confidence: 'I',
  source:
    'Law 94-V Art. 25(2)(8) read: information of a breach calls for blocking; that a finding which nobody assessed is such information is inferred',
  label: labelOf([
    'Подозрение в нарушении, которое никто не оценил',
    'Ешкім бағаламаған бұзушылық күдігі',
    'A suspicion of a breach that nobody assessed',
  ]),
};
