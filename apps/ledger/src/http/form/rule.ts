// Which rules does class-validator not have? Each comes with the JSON Schema that says the same.
import { codeCharsMax, codePattern, codesMax } from '@derbes/domain';
import { registerDecorator, type ValidationArguments } from 'class-validator';
import { dayPattern, isCalendarDay, isCalendarMoment, momentPattern } from './moment.js';

/** Names under which the schema derivation finds these rules. */
export const ruleNames = {
  moment: 'isCalendarMoment',
  day: 'isCalendarDay',
  values: 'isSealedValues',
  either: 'eitherField',
  onlyWhen: 'onlyWhenField',
} as const;

/** A sealed value that is an object has at most so many fields. */
export const valueFieldsMax = 64;
const code = new RegExp(codePattern);
const fieldName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

function rule(
  name: string,
  constraints: readonly unknown[],
  holds: (value: unknown, args: ValidationArguments) => boolean,
  says: string | ((args: ValidationArguments) => string),
): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      constraints: [...constraints],
      validator: {
        validate: (value: unknown, args) => holds(value, args as ValidationArguments),
        defaultMessage: (args) => (typeof says === 'string' ? says : says(args as ValidationArguments)),
      },
    });
}

export const isMoment = (): PropertyDecorator =>
  rule(
    ruleNames.moment,
    [],
    isCalendarMoment,
    'must be an existing moment by RFC 3339 with its offset, such as 2026-11-20T09:00:00Z',
  );

export const isDay = (): PropertyDecorator =>
  rule(ruleNames.day, [], isCalendarDay, 'must be an existing date, such as 2026-11-20');

export const either = (other: string): PropertyDecorator =>
  rule(
    ruleNames.either,
    [other],
    (value, { object }) => (value === undefined) !== ((object as Record<string, unknown>)[other] === undefined),
    `exactly one of this and ${other} must be given`,
  );

export const onlyWhen = (field: string, values: readonly string[]): PropertyDecorator =>
  rule(
    ruleNames.onlyWhen,
    [field, values],
    (_, { object }) => values.includes((object as Record<string, string>)[field] ?? ''),
    `may only be given where ${field} is ${values.join(' or ')}`,
  );

export const isSealedValues = (charsMax: number): PropertyDecorator =>
  rule(
    ruleNames.values,
    [charsMax],
    (value) => isPlainObject(value) && valuesFit(value, charsMax),
    `must be an object of strings, or of small objects of strings, keyed by category code; at most ${charsMax} characters each`,
  );

function valuesFit(values: Record<string, unknown>, charsMax: number): boolean {
  const entries = Object.entries(values);
  return (
    entries.length >= 1 &&
    entries.length <= codesMax &&
    entries.every(
      ([category, value]) =>
        category.length <= codeCharsMax &&
        code.test(category) &&
        (isFittingText(value, charsMax) || isFittingRecord(value, charsMax)),
    )
  );
}

function isFittingRecord(value: unknown, charsMax: number): boolean {
  if (!isPlainObject(value)) return false;
  const fields = Object.entries(value);
  return (
    fields.length >= 1 &&
    fields.length <= valueFieldsMax &&
    fields.every(([name, text]) => fieldName.test(name) && isFittingText(text, charsMax))
  );
}

// Counted in characters, as JSON Schema does (RFC 8259 strings by code point).
const isFittingText = (value: unknown, charsMax: number): boolean =>
  typeof value === 'string' && value.length >= 1 && (value.length <= charsMax || [...value].length <= charsMax);

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON Schema of each rule; `x-either` and `x-only-when` are lifted to the class by the derivation. */
export const ruleSchemas: Readonly<Record<string, (constraints: readonly unknown[]) => Record<string, unknown>>> = {
  [ruleNames.moment]: () => ({ type: 'string', format: 'date-time', pattern: momentPattern.source }),
  [ruleNames.day]: () => ({ type: 'string', format: 'date', pattern: dayPattern.source }),
  [ruleNames.either]: ([other]) => ({ 'x-either': other }),
  [ruleNames.onlyWhen]: ([field, values]) => ({ 'x-only-when': { field, values } }),
  [ruleNames.values]: ([charsMax]) => {
    const text = { type: 'string', minLength: 1, maxLength: charsMax };
    return {
      type: 'object',
      minProperties: 1,
      maxProperties: codesMax,
      propertyNames: { type: 'string', pattern: codePattern, maxLength: codeCharsMax },
      additionalProperties: {
        anyOf: [
          text,
          {
            type: 'object',
            minProperties: 1,
            maxProperties: valueFieldsMax,
            propertyNames: { type: 'string', pattern: fieldName.source },
            additionalProperties: text,
          },
        ],
      },
    };
  },
};
