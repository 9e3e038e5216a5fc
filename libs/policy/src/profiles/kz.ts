// What does the law of Kazakhstan make of a stated basis? Law 94-V of 21.05.2013; each row says how sure it is.
import { type Profile, type ProfileBase } from '../profile.js';
import { withoutConsent } from './kz-article-9.js';
import { kzDestruction, kzOpenFinding } from './kz-destruction.js';
import { kzRegisters, kzSizeClasses } from './kz-registers.js';
import { kzTransferNotice } from './kz-notices.js';
import { kzCounting, kzTerms, kzUnproved } from './kz-terms.js';

const articleNineCodes = withoutConsent.map(({ code }) => code);

const bases: ProfileBase[] = [
  {
    code: 'consent',
    verdict: 'stands',
    requires: ['consent'],
    article: '94-V:7(1)',
    confidence: 'T',
    source: 'Law 94-V Art. 7(1), 8',
    label: {
      ru: 'Согласие субъекта или его законного представителя',
      kk: 'Субъектінің немесе оның заңды өкілінің келісімі',
      en: 'Consent of the subject or legal representative',
    },
  },
  {
    code: 'contract',
    verdict: 'stands-only-with-consent',
    requires: ['consent'],
    limits_withdrawal: ['94-V:8(2)', '94-V:24(1)(5)'],
    article: '94-V:7(1)',
    confidence: 'T',
    source: 'Law 94-V Art. 9 read: it names no contract, so the general rule of Art. 7(1) holds',
    label: { ru: 'Договор с субъектом', kk: 'Субъектімен жасалған шарт', en: 'Contract with the subject' },
  },
  ...withoutConsent,
  {
    code: 'kz.7.5',
    verdict: 'stands',
    requires: ['source-link'],
    article: '94-V:7(5)',
    confidence: 'T',
    source: 'Law 94-V Art. 7(5)',
    label: {
      ru: 'Повторный сбор из общедоступного источника со ссылкой на него',
      kk: 'Жалпыға қолжетімді дереккөзден оған сілтеме жасай отырып қайта жинау',
      en: 'Re-collection from a public source, with a link to it',
    },
  },
  {
    code: 'legal-obligation',
    verdict: 'does-not-stand',
    requires: [],
    instead: articleNineCodes,
    article: '94-V:9',
    confidence: 'T',
    source:
      'Law 94-V Art. 9 read: a duty is a case of Art. 9 only when a code of the list is named, for 9(10) with law and article',
    label: {
      ru: 'Обязанность по закону без указания случая статьи 9',
      kk: '9-баптың жағдайы көрсетілмеген заң бойынша міндет',
      en: 'Legal duty without a case of Article 9',
    },
  },
  {
    code: 'other-by-law',
    verdict: 'does-not-stand',
    requires: [],
    instead: [...articleNineCodes, 'kz.7.5'],
    article: '94-V:9',
    confidence: 'T',
    source: 'Law 94-V Art. 7(5), 9 read: the case must be named',
    label: {
      ru: 'Иной случай по закону без указания, какой',
      kk: 'Қайсысы екені көрсетілмеген заң бойынша өзге жағдай',
      en: 'Another case by law, not named',
    },
  },
  {
    code: 'legitimate-interest',
    verdict: 'does-not-stand',
    requires: [],
    article: '94-V:9',
    confidence: 'T',
    source: 'Law 94-V Art. 9 read: it names no legitimate interest',
    label: { ru: 'Законный интерес', kk: 'Заңды мүдде', en: 'Legitimate interest' },
  },
];

function consentItem(
  number: number,
  code: string,
  ru: string,
  kk: string,
  en: string,
): Profile['consent_items'][number] {
  // The eighth is what the operator adds, so nothing lacks when it is empty.
  const required = number <= 7;
  return {
    number,
    code,
    required,
    article: `94-V:8(4)(${number})`,
    confidence: 'T',
    source: 'Law 94-V Art. 8(4)',
    label: { ru, kk, en },
  };
}

const groundSource = 'Law 94-V Art. 16(2)-(4) read; the numbers of the points are inferred from their order';

export const kz: Profile = {
  format: 'derbes.profile/v1',
  code: 'kz',
  version: '5',
  acts: [
    {
      code: '94-V',
      label: {
        ru: 'Закон РК от 21 мая 2013 года № 94-V «О персональных данных и их защите»',
        kk: '«Дербес деректер және оларды қорғау туралы» ҚР 2013 жылғы 21 мамырдағы № 94-V Заңы',
        en: 'Law of the Republic of Kazakhstan of 21 May 2013 No. 94-V on personal data and their protection',
      },
    },
    {
      code: '255-VIII',
      label: {
        ru: 'Цифровой кодекс РК, № 255-VIII',
        kk: 'ҚР Цифрлық кодексі, № 255-VIII',
        en: 'Digital Code of the Republic of Kazakhstan No. 255-VIII',
      },
    },
    {
      code: '268-XIII',
      label: {
        ru: 'Гражданский кодекс РК (Общая часть) от 27 декабря 1994 года № 268-XIII',
        kk: 'ҚР 1994 жылғы 27 желтоқсандағы № 268-XIII Азаматтық кодексі (Жалпы бөлім)',
        en: 'Civil Code of the Republic of Kazakhstan (General Part) of 27 December 1994 No. 268-XIII',
      },
    },
  ],
  bases,
  consent_items: [
    consentItem(
      1,
      'operator',
      'Наименование и БИН (ИИН) оператора',
      'Оператордың атауы және БСН (ЖСН)',
      'Name and BIN (IIN) of the operator',
    ),
    consentItem(
      2,
      'subject',
      'Фамилия, имя, отчество субъекта',
      'Субъектінің тегі, аты, әкесінің аты',
      'Full name of the subject',
    ),
    consentItem(
      3,
      'term',
      'Срок или период действия согласия',
      'Келісімнің қолданылу мерзімі немесе кезеңі',
      'Term or period of the consent',
    ),
    consentItem(
      4,
      'third-parties',
      'Возможность передачи третьим лицам',
      'Үшінші тұлғаларға беру мүмкіндігі',
      'Whether data may be passed to third parties',
    ),
    consentItem(
      5,
      'cross-border',
      'Наличие трансграничной передачи',
      'Трансшекаралық берудің болуы',
      'Whether data crosses the border',
    ),
    consentItem(
      6,
      'publication',
      'Распространение в общедоступных источниках',
      'Жалпыға қолжетімді дереккөздерде тарату',
      'Publication in public sources',
    ),
    consentItem(7, 'data', 'Перечень собираемых данных', 'Жиналатын деректердің тізбесі', 'List of the data collected'),
    consentItem(8, 'other', 'Иные сведения', 'Өзге де мәліметтер', 'Other particulars'),
  ],
  cross_border: [
    {
      code: 'kz.16.2',
      requires: ['adequacy-claim'],
      article: '94-V:16(2)',
      confidence: 'T',
      source: 'Law 94-V Art. 16(2); no official list of such states was found',
      label: {
        ru: 'Государство обеспечивает защиту персональных данных',
        kk: 'Мемлекет дербес деректердің қорғалуын қамтамасыз етеді',
        en: 'The state protects personal data',
      },
    },
    {
      code: 'kz.16.3.1',
      requires: ['consent'],
      article: '94-V:16(3)(1)',
      confidence: 'I',
      source: groundSource,
      label: {
        ru: 'Согласие на трансграничную передачу',
        kk: 'Трансшекаралық беруге келісім',
        en: 'Consent to the cross-border transfer',
      },
    },
    {
      code: 'kz.16.3.2',
      requires: ['law'],
      article: '94-V:16(3)(2)',
      confidence: 'I',
      source: groundSource,
      label: {
        ru: 'Ратифицированный международный договор',
        kk: 'Ратификацияланған халықаралық шарт',
        en: 'Ratified treaty',
      },
    },
    {
      code: 'kz.16.3.3',
      requires: ['law', 'article'],
      article: '94-V:16(3)(3)',
      confidence: 'I',
      source: groundSource,
      label: { ru: 'Случаи, предусмотренные законами', kk: 'Заңдарда көзделген жағдайлар', en: 'Cases set by laws' },
    },
    {
      code: 'kz.16.3.4',
      requires: [],
      article: '94-V:16(3)(4)',
      confidence: 'I',
      source: groundSource,
      label: {
        ru: 'Защита конституционных прав, когда согласие получить невозможно',
        kk: 'Келісім алу мүмкін болмағанда конституциялық құқықтарды қорғау',
        en: 'Protection of constitutional rights where consent is impossible',
      },
    },
  ],
  localisation: {
    country: 'KZ',
    copies_abroad: 'allowed',
    article: '94-V:12(2)',
    confidence: 'T',
    source: 'Law 94-V Art. 12(2) read; that copies abroad are not forbidden in terms is one secondary source',
    label: {
      ru: 'Хранение в базе на территории Казахстана',
      kk: 'Қазақстан аумағындағы базада сақтау',
      en: 'Stored in a base located in Kazakhstan',
    },
  },
  transfer_notice: kzTransferNotice,
  destruction: kzDestruction,
  open_finding: kzOpenFinding,
  unproved: kzUnproved,
  counting: kzCounting,
  registers: kzRegisters,
  size_classes: kzSizeClasses,
  terms: kzTerms,
};
