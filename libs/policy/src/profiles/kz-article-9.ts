// In which cases does Article 9 of Law 94-V let data be processed without consent? The closed list.
import { type ProfileBase } from '../profile.js';

const readList = 'Law 94-V Art. 9, list read';
const placeInList = 'Law 94-V Art. 9, list read; the number of the point is inferred from its place in the list';

function point(number: string, ru: string, kk: string, en: string, inferred?: 'inferred'): ProfileBase {
  return {
    code: `kz.9.${number}`,
    verdict: 'stands',
    requires: [],
    article: `94-V:9(${number})`,
    confidence: inferred ? 'I' : 'T',
    source: inferred ? placeInList : readList,
    label: { ru, kk, en },
  };
}

/** Article 9: the closed list of cases without consent. There is no contract and no legitimate interest in it. */
export const withoutConsent: ProfileBase[] = [
  point(
    '1',
    'Деятельность правоохранительных органов и судов',
    'Құқық қорғау органдары мен соттардың қызметі',
    'Law enforcement and courts',
  ),
  point('2', 'Государственная статистическая деятельность', 'Мемлекеттік статистикалық қызмет', 'State statistics'),
  point('2-1', 'Воинский учёт', 'Әскери есепке алу', 'Military registration'),
  point(
    '3',
    'Обезличенная статистика государственных органов',
    'Мемлекеттік органдардың иесіздендірілген статистикасы',
    'Depersonalised statistics of state bodies',
    'inferred',
  ),
  point(
    '4',
    'Ратифицированные международные договоры',
    'Ратификацияланған халықаралық шарттар',
    'Ratified treaties',
    'inferred',
  ),
  point(
    '5',
    'Защита конституционных прав, когда согласие получить невозможно',
    'Келісім алу мүмкін болмағанда конституциялық құқықтарды қорғау',
    'Protection of constitutional rights where consent is impossible',
    'inferred',
  ),
  point(
    '5-1',
    'Единый накопительный пенсионный фонд',
    'Бірыңғай жинақтаушы зейнетақы қоры',
    'Pension fund',
    'inferred',
  ),
  point(
    '6',
    'Журналистская, научная и иная творческая деятельность',
    'Журналистік, ғылыми және өзге де шығармашылық қызмет',
    'Journalism, science and creative work',
    'inferred',
  ),
  point(
    '7',
    'Опубликование в соответствии с законами',
    'Заңдарға сәйкес жариялау',
    'Publication under laws',
    'inferred',
  ),
  point(
    '8',
    'Неисполнение субъектом обязанности по представлению данных',
    'Субъектінің деректерді ұсыну міндетін орындамауы',
    'A subject failing a statutory duty to provide data',
    'inferred',
  ),
  point('9', 'Регулирование и надзор финансового рынка', 'Қаржы нарығын реттеу және қадағалау', 'Financial regulator'),
  point(
    '9-1',
    'Налоговое и таможенное администрирование',
    'Салықтық және кедендік әкімшілендіру',
    'Tax and customs administration',
    'inferred',
  ),
  point(
    '9-2',
    'Резервная копия на единой национальной платформе',
    'Бірыңғай ұлттық платформадағы резервтік көшірме',
    'Backup to the national platform',
  ),
  point(
    '9-3',
    'Реестр бизнес-партнёров: данные о предпринимательской деятельности',
    'Бизнес-серіктестер тізілімі: кәсіпкерлік қызмет туралы деректер',
    'Business-partner register: data on entrepreneurial activity',
  ),
  point(
    '9-4',
    'Процедуры банкротства граждан',
    'Азаматтардың банкроттық рәсімдері',
    'Bankruptcy procedures',
    'inferred',
  ),
  {
    ...point(
      '10',
      'Иные случаи, установленные законами',
      'Заңдарда белгіленген өзге де жағдайлар',
      'Other cases set by laws',
    ),
    requires: ['law', 'article'],
  },
];
