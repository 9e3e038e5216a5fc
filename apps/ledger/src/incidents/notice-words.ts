// In which words is an authority told of a breach? In Russian, Kazakh and English.
import { type Language } from '@derbes/policy';

type Words = Readonly<Record<Language, string>>;
const words = (ru: string, kk: string, en: string): Words => ({ ru, kk, en });

export const kindWords: Readonly<Record<string, Words>> = {
  'unauthorised-access': words('Несанкционированный доступ', 'Рұқсатсыз қол жеткізу', 'Unauthorised access'),
  disclosure: words('Разглашение', 'Жария ету', 'Disclosure'),
  'misdirected-answer': words(
    'Ответ попал не тому лицу',
    'Жауап басқа адамға жетті',
    'An answer reached the wrong person',
  ),
  loss: words('Утрата', 'Жоғалту', 'Loss'),
  theft: words('Хищение', 'Ұрлау', 'Theft'),
  alteration: words('Изменение', 'Өзгерту', 'Alteration'),
  destruction: words('Уничтожение', 'Жою', 'Destruction'),
  unavailability: words('Недоступность', 'Қолжетімсіздік', 'Unavailability'),
  other: words('Иное нарушение', 'Өзге бұзушылық', 'Another breach'),
};

export const noticeWords = {
  title: words(
    'Уведомление о нарушении безопасности персональных данных',
    'Дербес деректер қауіпсіздігінің бұзылуы туралы хабарлама',
    'Notice of a personal data breach',
  ),
  controller: words('Оператор', 'Оператор', 'Controller'),
  bin: words('БИН', 'БСН', 'BIN'),
  address: words('Адрес', 'Мекенжайы', 'Address'),
  officer: words('Ответственное лицо', 'Жауапты адам', 'Responsible person (data protection officer)'),
  contact: words('Контакты', 'Байланыс', 'Contact'),
  kind: words('Характер нарушения', 'Бұзушылық сипаты', 'Nature of the breach'),
  detected: words('Обнаружено', 'Анықталды', 'Detected'),
  due: words('Уведомить до', 'Хабарлау мерзімі', 'To be told by'),
  late: words('Уведомление направлено после срока', 'Хабарлама мерзімінен кейін жіберілді', 'Told after the term'),
  delay: words('Причины задержки', 'Кешігу себептері', 'Reasons for the delay'),
  place: words('Где', 'Қайда', 'Where'),
  window: words('Период', 'Кезең', 'Period'),
  people: words('Число субъектов', 'Субъектілер саны', 'Approximate number of people'),
  records: words('Число записей', 'Жазбалар саны', 'Approximate number of records'),
  categories: words('Категории данных', 'Деректер санаттары', 'Categories of data'),
  text: words('Обстоятельства', 'Мән-жайлар', 'What happened'),
  consequences: words('Вероятные последствия', 'Ықтимал салдарлары', 'Likely consequences'),
  measures: words('Принятые меры', 'Қабылданған шаралар', 'Measures taken'),
  unknown: words('не установлено', 'анықталмаған', 'not known yet'),
} as const;

export const packWords = {
  number: words('№', '№', 'No.'),
  name: words('ФИО', 'Тегі, аты, әкесінің аты', 'Full name'),
  iin: words('ИИН', 'ЖСН', 'IIN'),
  phone: words('Мобильный телефон', 'Ұялы телефон', 'Mobile'),
  categories: words('Категории данных', 'Деректер санаттары', 'Categories of data'),
  state: words('Примечание', 'Ескерту', 'Note'),
  measures: words('Принятые меры', 'Қабылданған шаралар', 'Measures taken'),
  contact: words('Контакты ответственного лица', 'Жауапты адамның байланысы', 'Contact of the responsible person'),
  pack: words('Пакет', 'Пакет', 'Pack'),
} as const;

export const stateWords: Readonly<Record<'told' | 'none' | 'erased', Words>> = {
  told: words('', '', ''),
  none: words('сведений для связи нет', 'байланыс деректері жоқ', 'nothing to reach the person by is held'),
  erased: words('данные субъекта уничтожены', 'субъектінің деректері жойылған', "the person's data was destroyed"),
};
