// How are rights, states of a request and the lines of an answer said in the three languages?
import { type RecordsStanding, type Right } from '@derbes/domain';
import { type Labels } from '@derbes/policy';
import { type AnswerView } from './answer-view.js';
import { type RequestView } from './request-queries.js';

const of = (ru: string, kk: string, en: string): Labels => ({ ru, kk, en });

export const rightWords: Readonly<Record<Right, Labels>> = {
  know: of('знать, какие данные есть', 'қандай деректер бар екенін білу', 'to know what is held'),
  change: of('изменить данные', 'деректерді өзгерту', 'to change data'),
  supplement: of('дополнить данные', 'деректерді толықтыру', 'to supplement data'),
  block: of('блокировать данные', 'деректерді бұғаттау', 'to block data'),
  unblock: of('снять блокирование', 'бұғаттауды алып тастау', 'to unblock data'),
  destroy: of('уничтожить данные', 'деректерді жою', 'to destroy data'),
  delete: of('удалить данные', 'деректерді өшіру', 'to delete data'),
  anonymise: of('обезличить данные', 'деректерді иесіздендіру', 'to anonymise data'),
  restrict: of('ограничить использование', 'пайдалануды шектеу', 'to restrict use'),
  withdraw: of('отозвать согласие', 'келісімді кері қайтарып алу', 'to withdraw consent'),
  'refuse-publication': of('отказаться от публикации', 'жариялаудан бас тарту', 'to refuse publication'),
  unpublish: of('убрать из общедоступных источников', 'көпшілікке қолжетімді көздерден алып тастау', 'to unpublish'),
  explain: of('объяснить автоматическое решение', 'автоматты шешімді түсіндіру', 'to explain an automated decision'),
  object: of('возразить против автоматической обработки', 'автоматты өңдеуге қарсылық', 'to object to automation'),
  complaint: of('жалоба', 'шағым', 'a complaint'),
  damages: of('возмещение убытков', 'шығындарды өтеу', 'damages'),
  portability: of('получить данные в переносимом виде', 'деректерді тасымалданатын түрде алу', 'portability'),
  'object-processing': of('возразить против обработки', 'өңдеуге қарсылық', 'to object to processing'),
};

export const stateWords: Readonly<Record<RequestView['state'], Labels>> = {
  received: of('получен', 'алынды', 'received'),
  identified: of('заявитель установлен', 'өтініш беруші анықталды', 'identified'),
  answered: of('дан ответ', 'жауап берілді', 'answered'),
  refused: of('отказано', 'бас тартылды', 'refused'),
};

export const outcomeWords: Readonly<Record<AnswerView['outcome'], Labels>> = {
  fulfilled: of('исполнен', 'орындалды', 'fulfilled'),
  partly: of('исполнен в части', 'ішінара орындалды', 'fulfilled in part'),
  'nothing-held': of('данных нет', 'деректер жоқ', 'nothing is held'),
};

export const deliveryWords = {
  sent: of('отправлено', 'жіберілді', 'sent'),
  delivered: of('доставлено', 'жеткізілді', 'delivered'),
  failed: of('не доставлено', 'жеткізілмеді', 'came back'),
} as const;

export const recordsWords: Readonly<Record<RecordsStanding, Labels>> = {
  running: of('срок идёт', 'мерзімі жүріп жатыр', 'its term runs'),
  waiting: of(
    'срок прошёл, решает ответственный',
    'мерзімі өтті, жауапты адам шешеді',
    'its term is over: an officer decides',
  ),
  due: of('срок прошёл, уничтожается', 'мерзімі өтті, жойылады', 'its term is over: it goes by itself'),
  kept: of('хранится по решению', 'шешім бойынша сақталады', 'kept by a decision'),
  gone: of('уничтожено', 'жойылды', 'destroyed'),
};

export const words = {
  answer: of('Ответ на запрос', 'Сұрауға жауап', 'Answer to a request'),
  request: of('Запрос', 'Сұрау', 'Request'),
  right: of('Право', 'Құқық', 'Right'),
  state: of('Состояние', 'Күйі', 'State'),
  received: of('Получен', 'Алынды', 'Received'),
  recorded: of('Записан', 'Жазылды', 'Recorded'),
  due: of('Ответить до', 'Жауап беру мерзімі', 'Due'),
  strict: of('При строгом счёте', 'Қатаң есеп бойынша', 'By the strict reading'),
  made: of('Составлен', 'Жасалды', 'Made'),
  outcome: of('Итог', 'Нәтижесі', 'Outcome'),
  hash: of('Хеш ответа', 'Жауап хеші', 'Hash of the answer'),
  salt: of('Случайное число', 'Кездейсоқ сан', 'Salt'),
  log: of('Журнал: размер, корень', 'Журнал: көлемі, түбірі', 'Log: size, root'),
  nothing: of(
    'По тому, что указано в запросе, персональных данных нет.',
    'Сұрауда көрсетілгендер бойынша дербес деректер жоқ.',
    'By what the request tells, no personal data is held.',
  ),
  changed: of(
    'С тех пор часть данных уничтожена: ответ уже не тот, что был дан.',
    'Содан бері деректердің бір бөлігі жойылды: жауап бұрынғыдай емес.',
    'Data was destroyed since: this is no longer all that was answered.',
  ),
  'in-part': of(
    'Показано только то, что собрано под подтверждённым идентификатором. Чтобы увидеть больше, назовите второй имеющийся у нас идентификатор, подпишите запрос ЭЦП или придите лично.',
    'Тек расталған сәйкестендіргішпен жиналғаны көрсетілді. Көбірек көру үшін бізде бар екінші сәйкестендіргішті атаңыз, сұрауға ЭЦҚ қойыңыз немесе өзіңіз келіңіз.',
    'Shown is what was collected under the identifier that was proved, and no more. For more, name a second identifier that is held, sign the request, or come in person.',
  ),
  scope: of(
    'Показано только то, на что распространяются полномочия представителя.',
    'Өкілдің өкілеттігі қамтитыны ғана көрсетілді.',
    'Shown is what the authority of the representative names, and no more.',
  ),
  holders: of('Системы, у которых спросили', 'Сұралған жүйелер', 'Systems that were asked'),
  confirmed: of('подтверждено', 'расталды', 'confirmed on'),
  silent: of('не ответила', 'жауап бермеді', 'did not answer'),
  'holder-refused': of('отказалась ответить', 'жауап беруден бас тартты', 'refused to answer'),
  complete: of('Других данных нет.', 'Басқа деректер жоқ.', 'Nothing else is held.'),
  incomplete: of(
    'Подтвердили не все: не утверждается, что других данных нет.',
    'Барлығы растаған жоқ: басқа дерек жоқ деп айтылмайды.',
    'Not all confirmed: it is not said that nothing else is held.',
  ),
  untold: of(
    'есть, но реестру не сообщалось:',
    'бар, бірақ тізілімге хабарланбаған:',
    'has what the ledger was never told:',
  ),
  gone: of('уже нет того, что было сообщено:', 'хабарланғаны енді жоқ:', 'no longer has what the ledger was told:'),
  reports: of('Что сообщили системы', 'Жүйелер хабарлағаны', 'What the systems said'),
  'no-value': of('значение не передано', 'мәні берілмеген', 'no value was sent'),
  uploaders: of('Кто загрузил эти данные', 'Бұл деректерді кім жүктеді', 'Who uploaded this data'),
  bin: of('БИН', 'БСН', 'BIN'),
  delivery: of('Доставка', 'Жеткізу', 'Delivery'),
  records: of('Хранение запроса', 'Сұрауды сақтау', 'Keeping of the request'),
  done: of('Чем исполнено', 'Немен орындалды', 'What carried it out'),
} as const;
export type Word = keyof typeof words;
