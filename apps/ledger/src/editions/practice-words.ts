// What is the record of processing activities called, and its alarms, in Russian, Kazakh and English?
import { type DriftReason } from '@derbes/domain';
import { type Labels, type Language } from '@derbes/policy';

export const practiceWords: Readonly<
  Record<
    Language,
    {
      readonly title: string;
      readonly people: string;
      readonly held: string;
      readonly facts: string;
      readonly until: string;
    }
  >
> = {
  ru: { title: 'Учёт действий с данными', people: 'людей', held: 'хранится о', facts: 'записей', until: 'хранение' },
  kk: { title: 'Деректермен әрекеттер есебі', people: 'адам', held: 'сақталуда', facts: 'жазба', until: 'сақтау' },
  en: { title: 'Record of processing activities', people: 'people', held: 'held of', facts: 'facts', until: 'kept' },
};

const reasons: Readonly<Record<DriftReason, Labels>> = {
  'purpose-undeclared': { ru: 'цель не названа', kk: 'мақсат аталмаған', en: 'purpose not declared' },
  'category-undeclared': { ru: 'данные не названы', kk: 'деректер аталмаған', en: 'data not declared' },
  'excessive-for-purpose': { ru: 'лишнее для цели', kk: 'мақсат үшін артық', en: 'not needed for the purpose' },
  'recipient-unregistered': { ru: 'получатель не учтён', kk: 'алушы тіркелмеген', en: 'recipient not registered' },
  'recipient-class-undeclared': {
    ru: 'такие получатели не названы',
    kk: 'мұндай алушылар аталмаған',
    en: 'such recipients not declared',
  },
  'excessive-for-recipient': {
    ru: 'лишнее для получателя',
    kk: 'алушы үшін артық',
    en: 'more than the recipient may get',
  },
  'holder-unregistered': { ru: 'хранилище не учтено', kk: 'қойма тіркелмеген', en: 'holder not registered' },
  'not-practised': { ru: 'названо, но не делается', kk: 'аталған, бірақ жасалмайды', en: 'declared and not practised' },
};

export const driftText = (reason: DriftReason, language: Language): string => reasons[reason][language];
