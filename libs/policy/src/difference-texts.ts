// How is a change between editions told to people, in Russian, Kazakh and English?
import { type Change, type ChangeDuty, type ChangedThing, type ChangeKind } from './change.js';
import { type Labels, type Language } from './format-entries.js';

const kinds: Readonly<Record<ChangeKind, Labels>> = {
  wider: { ru: 'шире', kk: 'кеңірек', en: 'wider' },
  narrower: { ru: 'уже', kk: 'тарырақ', en: 'narrower' },
  wording: { ru: 'только слова', kk: 'тек сөздері', en: 'wording' },
};

const duties: Readonly<Record<ChangeDuty, Labels>> = {
  nobody: { ru: 'никого не касается', kk: 'ешкімге қатысты емес', en: 'asks nothing of anybody' },
  telling: { ru: 'сообщить людям', kk: 'адамдарға хабарлау керек', en: 'people must be told' },
  'asking-anew': {
    ru: 'спросить согласие заново',
    kk: 'келісімді қайта сұрау керек',
    en: 'consent must be asked anew',
  },
};

type Both = Readonly<Record<'wider' | 'narrower', Labels>>;

const of = (wider: Labels, narrower: Labels): Both => ({ wider, narrower });

const things: Readonly<Record<ChangedThing, Both>> = {
  purpose: of(
    { ru: 'новая цель', kk: 'жаңа мақсат', en: 'a new purpose' },
    { ru: 'цели больше нет', kk: 'мақсат алынып тасталды', en: 'a purpose is gone' },
  ),
  category: of(
    { ru: 'новые данные', kk: 'жаңа деректер', en: 'new data' },
    { ru: 'данных больше нет', kk: 'деректер алынып тасталды', en: 'data is gone' },
  ),
  'category-for-purpose': of(
    { ru: 'для цели нужно больше данных', kk: 'мақсатқа көбірек деректер керек', en: 'a purpose needs more data' },
    { ru: 'для цели нужно меньше данных', kk: 'мақсатқа азырақ деректер керек', en: 'a purpose needs less data' },
  ),
  'recipient-class': of(
    { ru: 'новые получатели', kk: 'жаңа алушылар', en: 'new recipients' },
    { ru: 'получателей больше нет', kk: 'алушылар алынып тасталды', en: 'recipients are gone' },
  ),
  'category-for-recipient': of(
    { ru: 'получатели могут получить больше', kk: 'алушылар көбірек ала алады', en: 'recipients may get more' },
    { ru: 'получатели могут получить меньше', kk: 'алушылар азырақ ала алады', en: 'recipients may get less' },
  ),
  country: of(
    { ru: 'передача в новую страну', kk: 'жаңа елге беру', en: 'transfer to a new country' },
    { ru: 'передачи в страну больше нет', kk: 'елге беру тоқтатылды', en: 'no transfer to a country any more' },
  ),
  retention: of(
    { ru: 'может храниться дольше', kk: 'ұзағырақ сақталуы мүмкін', en: 'may be held longer' },
    { ru: 'может храниться меньше', kk: 'қысқарақ сақталуы мүмкін', en: 'may be held for less time' },
  ),
  'automated-decision': of(
    { ru: 'новое автоматическое решение', kk: 'жаңа автоматты шешім', en: 'a new automated decision' },
    { ru: 'автоматического решения больше нет', kk: 'автоматты шешім жоқ', en: 'an automated decision is gone' },
  ),
  basis: of(
    { ru: 'более слабое основание', kk: 'әлсізірек негіз', en: 'a weaker basis' },
    { ru: 'слабого основания больше нет', kk: 'әлсіз негіз алынып тасталды', en: 'a weaker basis is gone' },
  ),
  'manner-of-end': of(
    { ru: 'конец данных другой', kk: 'деректердің соңы басқаша', en: 'data may end otherwise' },
    { ru: 'прежнего конца данных нет', kk: 'деректердің бұрынғы соңы жоқ', en: 'data no longer ends as before' },
  ),
  review: of(
    { ru: 'пересматривается реже', kk: 'сирек қаралады', en: 'looked at less often' },
    { ru: 'пересматривается чаще', kk: 'жиірек қаралады', en: 'looked at more often' },
  ),
  'statutory-retention': of(
    { ru: 'закон хранит больше', kk: 'заң көбірек сақтайды', en: 'a law keeps more' },
    { ru: 'закон хранит меньше', kk: 'заң азырақ сақтайды', en: 'a law keeps less' },
  ),
  right: of(
    { ru: 'права больше нет', kk: 'құқық алынып тасталды', en: 'a right is no longer named' },
    { ru: 'новое право', kk: 'жаңа құқық', en: 'a new right' },
  ),
  'notice-of-transfer': of(
    { ru: 'о передаче сообщают реже', kk: 'беру туралы сирек хабарланады', en: 'people are told of fewer transfers' },
    { ru: 'о передаче сообщают чаще', kk: 'беру туралы жиірек хабарланады', en: 'people are told of more transfers' },
  ),
  origin: of(
    {
      ru: 'данные берут и не у самого человека',
      kk: 'деректер басқа жерден де алынады',
      en: 'data also comes from elsewhere',
    },
    {
      ru: 'данные берут ближе к человеку',
      kk: 'деректер адамның өзіне жақын алынады',
      en: 'data comes from nearer the person',
    },
  ),
  'open-category': of(
    { ru: 'состав данных открыт', kk: 'деректер құрамы ашық', en: 'what belongs to it is left open' },
    { ru: 'состав данных закрыт', kk: 'деректер құрамы жабық', en: 'what belongs to it is closed' },
  ),
  'cookie-purpose': of(
    { ru: 'cookie служат новому', kk: 'cookie жаңа мақсатқа қызмет етеді', en: 'cookies serve something new' },
    { ru: 'cookie служат меньшему', kk: 'cookie азырақ мақсатқа қызмет етеді', en: 'cookies serve less' },
  ),
  'people-described': of(
    { ru: 'данные и о других людях', kk: 'басқа адамдар туралы да деректер', en: 'data about other people too' },
    {
      ru: 'данных о таких людях больше нет',
      kk: 'мұндай адамдар туралы дерек жоқ',
      en: 'no data about such people any more',
    },
  ),
  source: of(
    { ru: 'новый источник', kk: 'жаңа дереккөз', en: 'a new source' },
    { ru: 'источника больше нет', kk: 'дереккөз алынып тасталды', en: 'a source is gone' },
  ),
  identifier: of(
    { ru: 'новый способ узнать человека', kk: 'адамды танудың жаңа тәсілі', en: 'a new way to recognise people' },
    {
      ru: 'способа узнать человека больше нет',
      kk: 'тану тәсілі алынып тасталды',
      en: 'a way to recognise people is gone',
    },
  ),
  commitment: of(
    {
      ru: 'обещания больше нет или человек обязан к новому',
      kk: 'уәде жоқ немесе адамға жаңа міндет',
      en: 'a promise is gone, or the person owes something new',
    },
    {
      ru: 'новое обещание или человек обязан к меньшему',
      kk: 'жаңа уәде немесе адамға азырақ міндет',
      en: 'a new promise, or the person owes less',
    },
  ),
  jurisdiction: of(
    { ru: 'другое право', kk: 'басқа құқық', en: 'another law' },
    { ru: 'прежнего права больше нет', kk: 'бұрынғы құқық жоқ', en: 'no longer the law of before' },
  ),
  'controller-country': of(
    { ru: 'оператор в другой стране', kk: 'оператор басқа елде', en: 'the controller is in another country' },
    {
      ru: 'оператор больше не в прежней стране',
      kk: 'оператор бұрынғы елде емес',
      en: 'the controller is no longer where it was',
    },
  ),
};

const words: Labels = { ru: 'сказано иначе', kk: 'басқаша айтылған', en: 'said otherwise' };
const contacts: Labels = { ru: 'другие контакты', kk: 'басқа байланыс деректері', en: 'other contacts' };
const nothing: Labels = { ru: 'ничего не изменилось', kk: 'ештеңе өзгерген жоқ', en: 'nothing changed' };

/** Why the change is of its kind. */
export function whyOf({ kind, what }: Pick<Change, 'kind' | 'what'>): Labels {
  if (what === 'words' || kind === 'wording') return what === 'contacts' ? contacts : words;
  return what === 'contacts' ? contacts : things[what][kind];
}

export const kindText = (kind: ChangeKind | undefined, language: Language): string =>
  (kind === undefined ? nothing : kinds[kind])[language];

export const dutyText = (duty: ChangeDuty, language: Language): string => duties[duty][language];

const said = (value: Change['old']): string =>
  value === undefined ? '—' : typeof value === 'string' ? value : JSON.stringify(value);

/** One line a change: kind, place, what became of it and why, and what that asks. */
export function changeLine(change: Change, language: Language): string {
  const label = change.label ? ` (${change.label[language]})` : '';
  const why = whyOf(change)[language];
  const { kind, place, asks } = change;
  return `${kindText(kind, language)}: ${place}${label}: ${said(change.old)} → ${said(change.new)}; ${why}; ${dutyText(asks, language)}`;
}
