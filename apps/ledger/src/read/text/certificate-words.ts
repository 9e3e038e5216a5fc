// In which words does a certificate of erasure speak? In three languages, each sentence true by itself.
import { type Labels, type Language } from '@derbes/policy';

const labels = (ru: string, kk: string, en: string): Labels => ({ ru, kk, en });

const words = {
  title: labels(
    'Справка об уничтожении персональных данных',
    'Дербес деректердің жойылғаны туралы анықтама',
    'Certificate of erasure of personal data',
  ),
  'title.refused': labels(
    'Отказ в уничтожении персональных данных',
    'Дербес деректерді жоюдан бас тарту',
    'Refusal to erase personal data',
  ),
  'title.ordered': labels(
    'Распоряжение об уничтожении персональных данных, ещё не исполненное',
    'Дербес деректерді жою туралы әлі орындалмаған өкім',
    'Order to erase personal data, not executed yet',
  ),
  number: labels('Номер справки', 'Анықтама нөмірі', 'Certificate number'),
  issued: labels('Составлена', 'Жасалған уақыты', 'Issued'),
  controller: labels('Оператор', 'Оператор', 'Controller'),
  bin: labels('БИН', 'БСН', 'BIN'),
  address: labels('Адрес', 'Мекенжайы', 'Address'),
  contact: labels('Вопросы о данных', 'Деректер туралы сұрақтар', 'Questions about data'),
  person: labels('Номер в реестре', 'Тізілімдегі нөмірі', 'Number in the ledger'),

  'what.heading': labels('Что уничтожается и почему', 'Не және неліктен жойылады', 'What is erased, and why'),
  'what.heading.refused': labels('О чём просили', 'Не сұралды', 'What was asked'),
  'what.nothing': labels(
    'Ничего не уничтожено: всё, о чём просили, сохраняется по закону.',
    'Ештеңе жойылған жоқ: сұралғанның бәрі заң бойынша сақталады.',
    'Nothing was erased: acts keep all that was asked for.',
  ),
  'what.person': labels(
    'Все данные о человеке: все значения и все признаки, по которым его можно было узнать.',
    'Адам туралы барлық деректер: барлық мәндер және оны тануға болатын барлық белгілер.',
    'All data about the person: every value, and every identifier by which the person could be known.',
  ),
  'what.category': labels(
    'Все значения этих данных, и признаки, которые к ним относятся:',
    'Мына деректердің барлық мәндері және оларға қатысты белгілер:',
    'All values of this data, with the identifiers that belong to it:',
  ),
  'what.value': labels(
    'Отдельные значения, числом: {count}.',
    'Жекелеген мәндер, саны: {count}.',
    'Single values: {count}.',
  ),
  'what.correction': labels(
    'Прежнее, неверное значение после исправления.',
    'Түзетуден кейінгі бұрынғы, қате мән.',
    'The earlier, wrong value, after a correction.',
  ),
  'what.retraction': labels(
    'Значения из сообщения, признанного ошибочным.',
    'Қате деп танылған хабарламадағы мәндер.',
    'The values of a report that was told in error.',
  ),
  'what.holding-ended': labels(
    'Собственные копии реестра: ни у одной системы этих данных больше нет.',
    'Тізілімнің өз көшірмелері: бұл деректер енді ешбір жүйеде жоқ.',
    'The ledger’s own copies: no other system has this data any more.',
  ),
  'what.refused': labels('Уничтожить просили:', 'Мынаны жою сұралды:', 'What was asked to be erased:'),
  'what.asked': labels('Просили уничтожить больше:', 'Көбірек жою сұралған еді:', 'More was asked for:'),
  'asked.person': labels('все данные о человеке', 'адам туралы барлық деректер', 'all data about the person'),
  'asked.value': labels('отдельные значения', 'жекелеген мәндер', 'single values'),
  ground: labels('Основание', 'Негіздеме', 'Ground'),
  law: labels('Норма закона', 'Заң нормасы', 'Provision of law'),
  decided: labels(
    'Срок хранения по строке «{row}» никто не подтвердил; ответственное лицо решило не хранить, причина: {reason}.',
    '«{row}» жолы бойынша сақтау мерзімін ешкім растамаған; жауапты тұлға сақтамауды шешті, себебі: {reason}.',
    'Nobody confirmed the term of the row “{row}”; the responsible person decided not to keep it, because: {reason}.',
  ),

  'state.heading': labels('Что сделано и когда', 'Не істелді және қашан', 'What was done, and when'),
  'state.ordered': labels('1. Назначено', '1. Тағайындалды', '1. Ordered'),
  'state.ordered.says': labels(
    'с этого времени данные недоступны для чтения',
    'осы уақыттан бастап деректерді оқу мүмкін емес',
    'from then on the data cannot be read',
  ),
  'state.executed': labels('2. Исполнено', '2. Орындалды', '2. Executed'),
  'state.executed.says': labels(
    'значения и их ключи уничтожены в рабочей базе реестра',
    'мәндер мен олардың кілттері тізілімнің жұмыс базасында жойылды',
    'values and their keys were destroyed in the ledger’s working database',
  ),
  'state.counts': labels(
    'Уничтожено: значений {values}, ключей {keys}, признаков {identifiers}.',
    'Жойылғаны: мәндер {values}, кілттер {keys}, белгілер {identifiers}.',
    'Destroyed: values {values}, keys {keys}, identifiers {identifiers}.',
  ),
  'state.final': labels('3. Окончательно', '3. Біржолата', '3. Final'),
  'state.final.says': labels(
    'уничтожен ключ периода {epoch}, без которого не открыть и резервные копии',
    '{epoch}-кезеңнің кілті жойылды, онсыз сақтық көшірмелер де ашылмайды',
    'the key of epoch {epoch} was destroyed, without which no backup opens either',
  ),
  'state.everywhere': labels('4. Подтверждено везде', '4. Барлық жерде расталды', '4. Confirmed everywhere'),
  'state.not-yet': labels('ещё нет', 'әзірге жоқ', 'not yet'),
  'state.final.not-yet': labels(
    'ещё нет: пока не закрыт период и не уничтожен его ключ, значение могло бы открыться из резервной копии',
    'әзірге жоқ: кезең жабылып, оның кілті жойылғанша мән сақтық көшірмеден ашылуы мүмкін',
    'not yet: until the epoch is closed and its key destroyed, a value might still be opened from a backup',
  ),
  'state.nobody-to-ask': labels(
    'спрашивать некого: по записям реестра, ни у других систем, ни у получателей этих данных нет',
    'сұрайтын ешкім жоқ: тізілім жазбаларына қарағанда, бұл деректер басқа жүйелерде де, алушыларда да жоқ',
    'nobody had to be asked: by the ledger’s records neither another system nor a recipient has this data',
  ),
  'state.confirmed': labels(
    'все, у кого были эти данные, подтвердили уничтожение',
    'бұл деректер болғандардың бәрі жоюды растады',
    'everybody who had this data has confirmed that it is destroyed',
  ),
  custodian: labels(
    'Ключ периода {epoch} у хранителя {custodian} уничтожен {moment}; контрольное значение {kcv}',
    '{epoch}-кезеңнің {custodian} сақтаушысындағы кілті жойылды: {moment}; бақылау мәні {kcv}',
    'Key of epoch {epoch} held by custodian {custodian} destroyed {moment}; check value {kcv}',
  ),
  list: labels(
    'Перечень исполненных уничтожений этого периода: SHA-256 {list}',
    'Осы кезеңде орындалған жоюлардың тізбесі: SHA-256 {list}',
    'List of the erasures executed in that epoch: SHA-256 {list}',
  ),

  'elsewhere.heading': labels('У кого ещё были эти данные', 'Бұл деректер тағы кімде болды', 'Who else had this data'),
  'elsewhere.none': labels(
    'О других системах и получателях реестру не сообщали.',
    'Басқа жүйелер мен алушылар туралы тізілімге хабарланбаған.',
    'The ledger was told of no other system and of no recipient.',
  ),
  holder: labels('Система', 'Жүйе', 'System'),
  recipient: labels('Получатель', 'Алушы', 'Recipient'),
  'elsewhere.not-yet-asked': labels(
    'поручение об уничтожении ещё не передано',
    'жою туралы тапсырма әлі жеткізілмеген',
    'not yet asked to destroy it',
  ),
  'elsewhere.asked': labels(
    'поручение передано {moment}, подтверждения ещё нет',
    'тапсырма жеткізілді {moment}, растау әлі жоқ',
    'asked {moment}, not yet confirmed',
  ),
  'elsewhere.told-by-letter': labels(
    'сообщено письмом {moment}, подтверждения ещё нет',
    'хатпен хабарланды {moment}, растау әлі жоқ',
    'told by letter {moment}, not yet confirmed',
  ),
  'elsewhere.refused': labels(
    'отказ от уничтожения {moment}',
    'жоюдан бас тартты {moment}',
    'refused {moment} to destroy it',
  ),
  'elsewhere.did-not-answer': labels(
    'поручение передано {moment}, в срок ответа нет',
    'тапсырма жеткізілді {moment}, мерзімінде жауап жоқ',
    'asked {moment}, did not answer in time',
  ),
  'elsewhere.undeliverable': labels(
    'передать поручение не удалось',
    'тапсырманы жеткізу мүмкін болмады',
    'could not be reached',
  ),
  'elsewhere.closed': labels(
    'ответа нет; ответственное лицо {moment} решило его не ждать',
    'жауап жоқ; жауапты тұлға {moment} оны күтпеуге шешім қабылдады',
    'no answer; the responsible person decided {moment} not to wait for one',
  ),
  'elsewhere.done': labels(
    'подтверждено {moment}: уничтожено',
    'расталды {moment}: жойылды',
    'confirmed {moment}: destroyed',
  ),
  'elsewhere.nothing-held': labels(
    'подтверждено {moment}: этих данных нет',
    'расталды {moment}: бұл деректер жоқ',
    'confirmed {moment}: it has none of this data',
  ),
  'elsewhere.confirmed': labels(
    'подтверждено {moment}: {manner}',
    'расталды {moment}: {manner}',
    'confirmed {moment}: {manner}',
  ),
  'elsewhere.how': labels('поручено: {manner}', 'тапсырылғаны: {manner}', 'as it was told: {manner}'),
  copies: labels('копии остаются до {date}', 'көшірмелер {date} дейін сақталады', 'copies remain until {date}'),

  'kept.heading': labels(
    'Что сохранено и по какой норме',
    'Не сақталды және қай норма бойынша',
    'What is kept, and by which act',
  ),
  'kept.none': labels(
    'Ничего из того, что просили уничтожить, не сохранено.',
    'Жою сұралғанның ештеңесі сақталған жоқ.',
    'Nothing of what was to be erased is kept.',
  ),
  'kept.term': labels('срок по закону: {term}', 'заң бойынша мерзімі: {term}', 'term of law: {term}'),
  'kept.confidence.confirmed': labels(
    'норму и срок подтвердил юрист',
    'норма мен мерзімді заңгер растаған',
    'a lawyer confirmed act and term',
  ),
  'kept.confidence.unconfirmed': labels(
    'норму и срок никто не подтвердил: решает ответственное лицо',
    'норма мен мерзімді ешкім растамаған: жауапты тұлға шешеді',
    'nobody confirmed act or term: an officer decides',
  ),
  'kept.confidence.T': labels('текст нормы прочитан', 'норманың мәтіні оқылған', 'the article was read'),
  'kept.confidence.T2': labels(
    'норма прочитана в прежней редакции',
    'норма бұрынғы редакцияда оқылған',
    'the article was read in an older copy',
  ),
  'kept.confidence.S2': labels(
    'по двум вторичным источникам',
    'екі қосалқы дереккөз бойынша',
    'by two secondary sources',
  ),
  'kept.confidence.S1': labels('по вторичному источнику', 'қосалқы дереккөз бойынша', 'by one secondary source'),
  'kept.confidence.I': labels(
    'вывод из текста нормы',
    'норма мәтінінен шығарылған қорытынды',
    'inferred from the text',
  ),
  'kept.confidence.M': labels('по памяти, не проверено', 'жадтан, тексерілмеген', 'from memory, not checked'),
  'kept.until': labels('до {moment}', '{moment} дейін', 'until {moment}'),
  'kept.reason': labels('причина: {reason}', 'себебі: {reason}', 'reason: {reason}'),
  'kept.row': labels('строка политики «{row}»', 'саясат жолы «{row}»', 'row of the policy “{row}”'),
  'kept.locked': labels(
    'Сохранённое закрыто: оно служит только для ответа самому человеку, суду и уполномоченному органу.',
    'Сақталғаны жабық: ол тек адамның өзіне, сотқа және уәкілетті органға жауап беру үшін қызмет етеді.',
    'What is kept is locked: it serves only to answer the person, a court and the regulator.',
  ),

  'remains.heading': labels('Что остаётся', 'Не қалады', 'What remains'),
  'remains.says': labels(
    'Остаются записи-доказательства: коды и моменты под случайным номером, без единого значения. Они показывают, что данные были, на каком основании, и что они уничтожены.',
    'Дәлел-жазбалар қалады: кездейсоқ нөмір астындағы кодтар мен уақыттар, бірде-бір мән жоқ. Олар деректердің болғанын, қандай негізде болғанын және жойылғанын көрсетеді.',
    'Proof records remain: codes and moments under a random number, and not one value. They show that there was data, on what ground, and that it was destroyed.',
  ),
  'remains.anonymous': labels(
    'Эти записи не являются обезличенными: кто помнит номер или обстоятельства, мог бы связать их с человеком.',
    'Бұл жазбалар иесіздендірілген болып саналмайды: нөмірді немесе мән-жайды білетін адам оларды тұлғамен байланыстыра алады.',
    'These records are not anonymous: whoever remembers the number, or the circumstances, could link them to the person.',
  ),
  'remains.drop': labels(
    'Системам следует удалить у себя номера, под которыми они знали этого человека в реестре.',
    'Жүйелер бұл адамды тізілімде танитын нөмірлерін өздерінен өшіруі керек.',
    'Systems should drop the references under which they knew this person in the ledger.',
  ),
  purpose: labels('Цель', 'Мақсаты', 'Purpose'),
  'purpose.accountability': labels(
    'доказательство выполнения обязанностей по персональным данным',
    'дербес деректер жөніндегі міндеттердің орындалғанын дәлелдеу',
    'proof that duties about personal data were met',
  ),
  term: labels('Срок', 'Мерзімі', 'Term'),
  'term.from': labels(
    '{term} после окончательного уничтожения',
    'біржолата жойылғаннан кейін {term}',
    '{term} after the erasure is final',
  ),
  'term.none': labels(
    'в политике ещё не установлен; отсчёт пойдёт с окончательного уничтожения',
    'саясатта әлі белгіленбеген; біржолата жойылған күннен есептеледі',
    'not yet set in the policy; it runs from the day on which the erasure is final',
  ),

  'proof.heading': labels(
    'Какие записи журнала это доказывают',
    'Журналдың қай жазбалары мұны дәлелдейді',
    'Which records of the log prove it',
  ),
  'proof.says': labels(
    'Номер в квадратных скобках указывает на запись журнала. У службы, ведущей журнал, нет права изменять или удалять записи.',
    'Тік жақшадағы нөмір журнал жазбасын көрсетеді. Журналды жүргізетін қызметтің жазбаларды өзгертуге немесе өшіруге құқығы жоқ.',
    'The number in brackets names a record of the log. The service that keeps the log has no right to change or remove records.',
  ),
  'proof.log': labels(
    'Опубликованный и подписанный журнал содержит записей: {size}. Лист показывает место записи в нём; по номеру записи оператор выдаёт квитанцию (C2SP tlog-proof), которую можно проверить без него.',
    'Жарияланған, қол қойылған журналдағы жазбалар саны: {size}. Парақ жазбаның ондағы орнын көрсетеді; жазба нөмірі бойынша оператор түбіртек (C2SP tlog-proof) береді, оны онсыз-ақ тексеруге болады.',
    'The published, signed log has {size} records. The leaf is the place of a record in it; by the number of the record the controller gives a receipt (C2SP tlog-proof), which can be checked without it.',
  ),
  'proof.leaf': labels('лист {leaf}', '{leaf}-парақ', 'leaf {leaf}'),
} as const;

export type CertificateWord = keyof typeof words;

/** A sentence with its places filled in. */
export const sayCertificate = (
  word: CertificateWord,
  language: Language,
  places: Readonly<Record<string, string>> = {},
): string => words[word][language].replace(/\{([a-z]+)\}/g, (_, name: string) => places[name] ?? '');
