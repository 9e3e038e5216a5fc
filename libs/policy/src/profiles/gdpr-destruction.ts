// What does the GDPR say of erasing data? Regulation (EU) 2016/679; rows from memory until a lawyer reads them.
import { type Profile } from '../profile.js';
import { type Destruction, type DestructionGround, type Keeping } from '../profile-destruction.js';

type Words = readonly [ru: string, kk: string, en: string];

const source = 'Regulation (EU) 2016/679';
const sure = (article: string) => ({ article: `GDPR:${article}`, confidence: 'M' as const, source });
const labelOf = ([ru, kk, en]: Words) => ({ ru, kk, en });

// Art. 12(3): without undue delay and in any event within one month of the request.
const month = { count: 1, unit: 'month' } as const;
const ground = (code: string, article: string, words: Words, term?: DestructionGround['term']): DestructionGround => ({
  code,
  ...(term && { term }),
  ...sure(article),
  label: labelOf(words),
});
const keeping = (code: string, locks: boolean, article: string, words: Words): Keeping => ({
  code,
  locks,
  ...sure(article),
  label: labelOf(words),
});

export const gdprDestruction: Destruction = {
  grounds: [
    ground('purpose-reached', '17(1)(a)', [
      'Цели обработки достигнуты',
      'Өңдеу мақсаттарына қол жеткізілді',
      'The purposes are reached',
    ]),
    ground('term-over', '5(1)(e)', ['Истёк срок хранения', 'Сақтау мерзімі өтті', 'The term of storage is over']),
    ground('relation-ended', '17(1)(a)', [
      'Прекращены отношения с субъектом',
      'Субъектімен қатынастар тоқтатылды',
      'The relations with the person ended',
    ]),
    ground(
      'consent-withdrawn',
      '17(1)(b)',
      ['Согласие отозвано', 'Келісім кері қайтарып алынды', 'The consent was withdrawn'],
      month,
    ),
    ground('subject-request', '17(1)', ['Требование субъекта', 'Субъектінің талабы', 'The person demands it'], month),
    ground(
      'objection',
      '17(1)(c)',
      ['Возражение против обработки', 'Өңдеуге қарсылық', 'Objection to processing'],
      month,
    ),
    ground('collected-without-consent', '17(1)(d)', [
      'Данные собраны без согласия',
      'Деректер келісімсіз жиналған',
      'The data was collected without consent',
    ]),
    ground('breach-confirmed', '17(1)(d)', [
      'Подтверждена неправомерная обработка',
      'Құқыққа сыйымсыз өңдеу расталды',
      'Unlawful processing was confirmed',
    ]),
    ground('court-decision', '17(1)(e)', ['Решение суда', 'Сот шешімі', 'A court decision']),
    ground('other-law', '17(1)(e)', ['Обязанность по закону', 'Заң бойынша міндет', 'A legal obligation']),
  ],
  keeps: [
    keeping('legal-hold', true, '17(3)(e)', ['Правовые требования', 'Құқықтық талаптар', 'Legal claims']),
    keeping('statutory-retention', true, '17(3)(b)', [
      'Срок хранения по закону',
      'Заң бойынша сақтау мерзімі',
      'Retention by law',
    ]),
    keeping('retention-unconfirmed', true, '17(3)(b)', [
      'Срок хранения по закону не подтверждён',
      'Заң бойынша сақтау мерзімі расталмаған',
      'Retention by law that nobody confirmed',
    ]),
    keeping('obligation-open', false, '17(3)(e)', [
      'Обязательство не исполнено',
      'Міндеттеме орындалмаған',
      'An obligation is not fulfilled',
    ]),
    keeping('blocked', false, '18(1)', ['Обработка ограничена', 'Өңдеу шектелген', 'Processing is restricted']),
  ],
  locked: {
    ...sure('18(2)'),
    label: labelOf(['Хранится, но не используется', 'Сақталады, бірақ пайдаланылмайды', 'Kept and not used']),
  },
  remains: {
    ...sure('5(2)'),
    label: labelOf([
      'Записи, которыми доказывается уничтожение; не обезличены',
      'Жоюды дәлелдейтін жазбалар; иесіздендірілмеген',
      'Records that prove the erasure; not anonymous',
    ]),
  },
};

export const gdprOpenFinding: NonNullable<Profile['open_finding']> = {
  starts_blocking: 'yes',
  ...sure('18(1)'),
  source:
    'Regulation (EU) 2016/679 Art. 18(1) asks for it on the person’s demand; the cautious reading until a lawyer sets it',
  label: labelOf([
    'Подозрение в нарушении, которое никто не оценил',
    'Ешкім бағаламаған бұзушылық күдігі',
    'A suspicion of a breach that nobody assessed',
  ]),
};
