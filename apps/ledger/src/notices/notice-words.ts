// How is a notice of data that was passed on worded, in the three languages?
import { type Labels } from '@derbes/policy';

const of = (ru: string, kk: string, en: string): Labels => ({ ru, kk, en });

export const words = {
  title: of(
    'Уведомление о передаче персональных данных',
    'Дербес деректердің берілгені туралы хабарлама',
    'Notice that personal data was passed on',
  ),
  says: of(
    'Сообщаем, что Ваши персональные данные были переданы третьим лицам:',
    'Сіздің дербес деректеріңіз үшінші тұлғаларға берілгенін хабарлаймыз:',
    'We tell you that your personal data was passed on to third parties:',
  ),
  'says-representative': of(
    'Сообщаем Вам как представителю, что персональные данные лица, которое Вы представляете, были переданы третьим лицам:',
    'Өкіл ретінде Сізге хабарлаймыз: Сіз өкілдік ететін тұлғаның дербес деректері үшінші тұлғаларға берілді:',
    'We tell you as representative that personal data of the person whom you represent was passed on to third parties:',
  ),
  number: of('Номер', 'Нөмірі', 'Number'),
  made: of('Составлено', 'Жасалды', 'Made'),
  controller: of('Оператор', 'Оператор', 'Controller'),
  bin: of('БИН', 'БСН', 'BIN'),
  address: of('Адрес', 'Мекенжай', 'Address'),
  contacts: of('Связь', 'Байланыс', 'Contact'),
  salt: of('Соль', 'Тұз', 'Salt'),
  recipient: of('Кому', 'Кімге', 'To whom'),
  kind: of('Вид получателя', 'Алушының түрі', 'Kind of recipient'),
  country: of('Страна', 'Ел', 'Country'),
  data: of('Какие данные', 'Қандай деректер', 'Which data'),
  when: of('Когда', 'Қашан', 'When'),
  purpose: of('Зачем', 'Не үшін', 'Why'),
  basis: of('На каком основании', 'Қандай негізде', 'On what ground'),
  'ground-abroad': of('Основание передачи за рубеж', 'Шетелге беру негізі', 'Ground for sending abroad'),
  mode: of('Как', 'Қалай', 'How'),
  sent: of('переданы', 'берілді', 'sent'),
  access: of('предоставлен доступ', 'қолжетімділік берілді', 'access was given'),
  unnamed: of('основание не названо', 'негізі аталмаған', 'no ground was stated'),
  rights: of(
    'Вы вправе узнать, какие Ваши данные обрабатываются, потребовать их изменить, блокировать или уничтожить и отозвать согласие.',
    'Сіз қандай деректеріңіз өңделетінін білуге, оларды өзгертуді, бұғаттауды немесе жоюды талап етуге және келісімді кері қайтарып алуға құқылысыз.',
    'You may learn which of your data is processed, demand that it be changed, blocked or destroyed, and withdraw your consent.',
  ),
} as const satisfies Record<string, Labels>;
export type Word = keyof typeof words;
