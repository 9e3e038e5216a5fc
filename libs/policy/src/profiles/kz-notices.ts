// When must a person be told that data went to a third party, and when not? Law 94-V Art. 19.
import { type NoticeException, type TransferNotice } from '../profile-notices.js';

const stateAndBar = 'Law 94-V Art. 19(2)(1) read for state bodies; that it also names these is from memory';
const forScience = 'Law 94-V Art. 19(2) read; the number of the item is from memory';

const exceptions: NoticeException[] = [
  {
    code: 'state-body',
    // Law enforcement and courts are state bodies, whatever class the recipient was registered under.
    bases: ['kz.9.1'],
    article: '94-V:19(2)(1)',
    confidence: 'T2',
    source: 'Law 94-V Art. 19(2)(1) read in a third-party copy: functions of state bodies',
    label: {
      ru: 'Функции государственного органа',
      kk: 'Мемлекеттік органның функциялары',
      en: 'Functions of a state body',
    },
  },
  {
    code: 'notary',
    article: '94-V:19(2)(1)',
    confidence: 'M',
    source: stateAndBar,
    label: { ru: 'Деятельность частного нотариуса', kk: 'Жеке нотариустың қызметі', en: 'Work of a private notary' },
  },
  {
    code: 'private-bailiff',
    article: '94-V:19(2)(1)',
    confidence: 'M',
    source: stateAndBar,
    label: {
      ru: 'Деятельность частного судебного исполнителя',
      kk: 'Жеке сот орындаушысының қызметі',
      en: 'Work of a private bailiff',
    },
  },
  {
    code: 'advocate',
    article: '94-V:19(2)(1)',
    confidence: 'M',
    source: stateAndBar,
    label: { ru: 'Деятельность адвоката', kk: 'Адвокаттың қызметі', en: 'Work of an advocate' },
  },
  {
    code: 'statistics-sociology-science',
    bases: ['kz.9.2', 'kz.9.3'],
    article: '94-V:19(2)(2)',
    confidence: 'M',
    source: forScience,
    label: {
      ru: 'Статистические, социологические и научные цели',
      kk: 'Статистикалық, социологиялық және ғылыми мақсаттар',
      en: 'Statistical, sociological and scientific purposes',
    },
  },
];

export const kzTransferNotice: TransferNotice = {
  default: 'always',
  except: exceptions.map(({ code }) => code),
  exceptions,
  article: '94-V:19(1)',
  confidence: 'T',
  source:
    'Law 94-V Art. 19(1)-(2); the duty stands where there is a condition to notify, so always is the safe default',
  label: {
    ru: 'Уведомление субъекта о передаче третьему лицу',
    kk: 'Субъектіні үшінші тұлғаға беру туралы хабардар ету',
    en: 'Telling the subject of a transfer to a third party',
  },
};
