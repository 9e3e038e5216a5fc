// What does the GDPR make of a stated basis? Regulation (EU) 2016/679; rows from memory until a lawyer reads them.
import { gdprDestruction, gdprOpenFinding } from './gdpr-destruction.js';
import { gdprRegisters } from './gdpr-registers.js';
import { gdprCounting, gdprTerms } from './gdpr-terms.js';
import { type CrossBorderGround, type Profile, type ProfileBase } from '../profile.js';

const source = 'Regulation (EU) 2016/679';

function base(
  letter: string,
  code: string,
  requires: ProfileBase['requires'],
  ru: string,
  kk: string,
  en: string,
): ProfileBase {
  return {
    code,
    verdict: 'stands',
    requires,
    article: `GDPR:6(1)(${letter})`,
    confidence: 'M',
    source,
    label: { ru, kk, en },
  };
}

function ground(
  article: string,
  requires: CrossBorderGround['requires'],
  ru: string,
  kk: string,
  en: string,
): CrossBorderGround {
  return {
    code: `gdpr.${article}`,
    requires,
    article: `GDPR:${article}`,
    confidence: 'M',
    source,
    label: { ru, kk, en },
  };
}

function consentItem(
  number: number,
  code: string,
  article: string,
  ru: string,
  kk: string,
  en: string,
): Profile['consent_items'][number] {
  return { number, code, required: true, article: `GDPR:${article}`, confidence: 'M', source, label: { ru, kk, en } };
}

export const gdpr: Profile = {
  format: 'derbes.profile/v1',
  code: 'gdpr',
  version: '5',
  acts: [
    {
      code: 'GDPR',
      label: {
        ru: 'Регламент (ЕС) 2016/679 (GDPR)',
        kk: '(ЕО) 2016/679 регламенті (GDPR)',
        en: 'Regulation (EU) 2016/679 (GDPR)',
      },
    },
    {
      code: '1182-71',
      label: {
        ru: 'Регламент (ЕЭС, Евратом) № 1182/71 о сроках',
        kk: 'Мерзімдер туралы № 1182/71 регламенті (ЕЭҚ, Евратом)',
        en: 'Regulation (EEC, Euratom) No 1182/71 on periods, dates and time limits',
      },
    },
  ],
  bases: [
    base('a', 'consent', ['consent'], 'Согласие', 'Келісім', 'Consent'),
    base('b', 'contract', [], 'Договор с субъектом', 'Субъектімен жасалған шарт', 'Contract with the subject'),
    base(
      'c',
      'legal-obligation',
      ['law', 'article'],
      'Обязанность по закону',
      'Заң бойынша міндет',
      'Legal obligation',
    ),
    base('d', 'vital-interests', [], 'Жизненно важные интересы', 'Өмірлік маңызды мүдделер', 'Vital interests'),
    base(
      'e',
      'public-task',
      ['law', 'article'],
      'Задача в общественных интересах',
      'Қоғамдық мүддедегі міндет',
      'Public task',
    ),
    base('f', 'legitimate-interest', [], 'Законный интерес', 'Заңды мүдде', 'Legitimate interest'),
  ],
  consent_items: [
    consentItem(1, 'operator', '4(11)', 'Кто контролёр', 'Бақылаушы кім', 'Who the controller is'),
    consentItem(2, 'purposes', '6(1)(a)', 'Цели', 'Мақсаттар', 'The purposes'),
    consentItem(3, 'data', '4(11)', 'Какие данные', 'Қандай деректер', 'Which data'),
    consentItem(
      4,
      'withdrawal',
      '7(3)',
      'Право отозвать согласие',
      'Келісімді кері қайтарып алу құқығы',
      'The right to withdraw',
    ),
  ],
  cross_border: [
    ground('45', ['adequacy-claim'], 'Решение об адекватности', 'Барабарлық туралы шешім', 'Adequacy decision'),
    ground('46', ['safeguard'], 'Надлежащие гарантии', 'Тиісті кепілдіктер', 'Appropriate safeguards'),
    ground(
      '47',
      ['safeguard'],
      'Обязательные корпоративные правила',
      'Міндетті корпоративтік қағидалар',
      'Binding corporate rules',
    ),
    ground(
      '49',
      [],
      'Исключение для особого случая',
      'Ерекше жағдайға арналған ерекшелік',
      'Derogation for a specific situation',
    ),
  ],
  destruction: gdprDestruction,
  open_finding: gdprOpenFinding,
  counting: gdprCounting,
  registers: gdprRegisters,
  terms: gdprTerms,
};
