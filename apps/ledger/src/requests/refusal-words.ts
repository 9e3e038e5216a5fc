// How is a refusal said in the three languages: why, and by which means whoever asked can prove who she is?
import { type IdentityMethod, type RefusalReason } from '@derbes/domain';
import { type Labels } from '@derbes/policy';

const of = (ru: string, kk: string, en: string): Labels => ({ ru, kk, en });

export const reasonWords: Readonly<Record<RefusalReason, Labels>> = {
  'identity-not-proved': of(
    'До конца срока ответа не подтверждено, что запрос исходит от самого субъекта или его представителя. Персональные данные не сообщаются лицу, личность которого не подтверждена; приостановки срока закон не знает.',
    'Жауап мерзімі аяқталғанша сұрау субъектінің өзінен немесе оның өкілінен келгені расталмады. Жеке басы расталмаған адамға дербес деректер хабарланбайды; заң мерзімді тоқтата тұруды білмейді.',
    'By the end of the term it was not shown that the request is from the person or from who may act for her. Personal data is told to nobody whose identity is not shown; the law knows no pause of the term.',
  ),
  'no-authority': of(
    'Полномочие действовать за субъекта не подтверждено.',
    'Субъект үшін әрекет ету өкілеттігі расталмады.',
    'The authority to act for the person was not shown.',
  ),
  'law-forbids': of('Исполнить запрос запрещает закон.', 'Сұрауды орындауға заң тыйым салады.', 'The law forbids it.'),
  'law-requires-processing': of(
    'Обработка этих данных обязательна по закону.',
    'Бұл деректерді өңдеу заң бойынша міндетті.',
    'The law requires that this data is processed.',
  ),
  'obligation-open': of(
    'Не исполнено обязательство, для которого нужны эти данные.',
    'Осы деректер қажет міндеттеме орындалмаған.',
    'An obligation for which this data is needed is not fulfilled.',
  ),
  'not-unlawful': of(
    'Нарушение условий обработки не подтвердилось.',
    'Өңдеу шарттарының бұзылуы расталмады.',
    'It was not confirmed that data was processed unlawfully.',
  ),
  'data-is-right': of(
    'Данные верны: оснований для изменения нет.',
    'Деректер дұрыс: өзгертуге негіз жоқ.',
    'The data is right: there is nothing to change.',
  ),
  'rights-of-others': of(
    'Исполнение нарушило бы права других лиц.',
    'Орындау басқа адамдардың құқықтарын бұзар еді.',
    'It would touch the rights of others.',
  ),
  'manifestly-unfounded': of(
    'Запрос явно не обоснован.',
    'Сұрау анық негізсіз.',
    'The request is manifestly unfounded.',
  ),
  'not-this-controller': of(
    'Эти данные обрабатывает другой оператор.',
    'Бұл деректерді басқа оператор өңдейді.',
    'Another controller processes this data.',
  ),
};

export const methodWords: Readonly<Record<IdentityMethod, Labels>> = {
  session: of('войдите в свой кабинет', 'өз кабинетіңізге кіріңіз', 'log in to your account'),
  mailbox: of(
    'ответьте с почтового ящика, который у нас указан',
    'бізде көрсетілген поштадан жауап беріңіз',
    'answer from the mailbox that is held',
  ),
  line: of(
    'ответьте с номера, который у нас указан',
    'бізде көрсетілген нөмірден жауап беріңіз',
    'answer from the telephone number that is held',
  ),
  device: of('обратитесь с того же устройства', 'сол құрылғыдан жүгініңіз', 'ask from the same device'),
  'second-identifier': of(
    'назовите второй идентификатор, который у нас уже есть: номер договора, лицевого счёта или телефона',
    'бізде бар екінші сәйкестендіргішті атаңыз: шарттың, жеке шоттың немесе телефонның нөмірі',
    'name a second identifier that is held already: number of a contract, an account or a telephone',
  ),
  signature: of(
    'подпишите запрос электронной цифровой подписью',
    'сұрауға электрондық цифрлық қолтаңба қойыңыз',
    'sign the request with an electronic digital signature',
  ),
  presence: of(
    'придите лично с документом: копию мы не снимаем',
    'құжатпен өзіңіз келіңіз: көшірмесін түсірмейміз',
    'come in person with a document: no copy is taken',
  ),
  representative: of(
    'если вы действуете за другого, покажите документ о полномочии',
    'басқа адам үшін әрекет етсеңіз, өкілеттік құжатын көрсетіңіз',
    'if you act for somebody else, show the document of your authority',
  ),
};

export const refusalWords = {
  refusal: of('Отказ по запросу', 'Сұрау бойынша бас тарту', 'Refusal of a request'),
  reason: of('Причина', 'Себебі', 'Reason'),
  law: of('Основание', 'Негізі', 'By'),
  prove: of('Как подтвердить личность', 'Жеке басты қалай растауға болады', 'How to prove who you are'),
  again: of(
    'После этого направьте запрос снова: срок ответа начнётся заново. Новых данных о вас мы для этого не собираем.',
    'Содан кейін сұрауды қайта жіберіңіз: жауап мерзімі қайта басталады. Бұл үшін сіз туралы жаңа деректер жинамаймыз.',
    'Then ask again: the term of the answer begins anew. Nothing new about you is collected for that.',
  ),
  complaint: of(
    'Отказ можно обжаловать в уполномоченный орган по защите персональных данных или в суд.',
    'Бас тартуға дербес деректерді қорғау жөніндегі уәкілетті органға немесе сотқа шағымдануға болады.',
    'The refusal can be complained of to the authority for the protection of personal data, or to a court.',
  ),
} as const;
