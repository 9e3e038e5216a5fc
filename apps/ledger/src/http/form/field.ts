// Of which fields is a body made? Each decorator says the rule once, for validation, OpenAPI and the published schema.
import { codeCharsMax, codePattern, codesMax, erasurePartsMax } from '@derbes/domain';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  Equals,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { either, isDay, isMoment, isSealedValues, onlyWhen } from './rule.js';

/** A value of one category, or one field of it. */
export const valueCharsMax = 8_192;
/** A link, a name, a letter's number: whatever is sealed beside the values. */
export const sealedCharsMax = 2_048;
export const identifierCharsMax = 320;
export const referenceIdCharsMax = 128;
export const sourceCharsMax = 256;

/** Visible ASCII, as CloudEvents ids of this service must be. */
export const referenceIdPattern = /^[\x21-\x7e]{1,128}$/;
/** A URI-reference (RFC 3986 section 4.1) by its characters; it is compared as text and never followed. */
export const sourcePattern = /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2}){1,256}$/;
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** First 16 bytes of an HMAC, base64url without padding. */
export const refPattern = /^[A-Za-z0-9_-]{22}$/;
/** Number of an act: `94-V`; article within an act: `9(10)`. The domain's vocabulary has the same two forms. */
const actPattern = /^(?!.*[0-9]{7})(?=.*[0-9])[A-Za-z0-9]+(?:[./-][A-Za-z0-9]+)*$/;
const articlePattern = /^[0-9]{1,4}(?:-[0-9]{1,3})?(?:\([0-9]{1,3}(?:-[0-9]{1,3})?\))*$/;
const actCharsMax = 40;
const partNamePattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\/(?:0|[1-9][0-9]{0,4})$/;
const partNameCharsMax = 42;
const code = new RegExp(codePattern);

/** Several decorators as one. */
function all(...decorators: PropertyDecorator[]): PropertyDecorator {
  return (target, property) => decorators.forEach((decorate) => decorate(target, property));
}

/** May be absent; null is not absence (class-validator's own IsOptional would take it). */
export const Optional = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** Exactly one of this field and `other` must be given; stands on one of the two, the other one is `OrElse`. */
export const OneOfWith = (other: string): PropertyDecorator =>
  all(
    ValidateIf((body: Record<string, unknown>, value) => value !== undefined || body[other] === undefined),
    either(other),
  );
export const OrElse = (): PropertyDecorator => Optional();

/** Given only where the field `field` is one of `values`. */
export const OnlyWhen = (field: string, values: readonly string[]): PropertyDecorator => onlyWhen(field, values);

export const Text = (charsMax: number): PropertyDecorator => all(IsString(), MinLength(1), MaxLength(charsMax));
export const Pattern = (pattern: RegExp, charsMax: number, says: string): PropertyDecorator =>
  all(IsString(), MaxLength(charsMax), Matches(pattern, { message: `must be ${says}` }));
export const OneOf = (values: readonly string[]): PropertyDecorator => IsIn([...values]);
export const YesOrNo = (): PropertyDecorator => IsBoolean();
export const Stated = (): PropertyDecorator => Equals(true);

/** A code of the policy or of this service: lower case, with dots and hyphens, no long number in it. */
export const Code = (): PropertyDecorator =>
  Pattern(code, codeCharsMax, 'a code: lower-case letters, digits, dots and hyphens, no seven digits in a row');
export const Codes = (): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(codesMax),
    ArrayUnique(),
    IsString({ each: true }),
    MaxLength(codeCharsMax, { each: true }),
    Matches(code, { each: true, message: 'each must be a code: lower-case letters, digits, dots and hyphens' }),
  );
export const Country = (): PropertyDecorator => Pattern(/^[A-Z]{2}$/, 2, 'a country by ISO 3166-1 alpha-2, such as KZ');
export const Countries = (): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(codesMax),
    ArrayUnique(),
    IsString({ each: true }),
    Matches(/^[A-Z]{2}$/, { each: true, message: 'each must be a country by ISO 3166-1 alpha-2' }),
  );
/** Sealed values by the event and the place in it. */
export const PartNames = (): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(erasurePartsMax),
    ArrayUnique(),
    IsString({ each: true }),
    MaxLength(partNameCharsMax, { each: true }),
    Matches(partNamePattern, { each: true, message: 'each must be the id of an event, a slash and a number' }),
  );
export const Bin = (): PropertyDecorator => Pattern(/^[0-9]{12}$/, 12, 'a BIN of twelve digits');
export const Sha256 = (): PropertyDecorator => Pattern(/^[0-9a-f]{64}$/, 64, 'a SHA-256 in lower-case hex');
export const Uuid = (): PropertyDecorator => Pattern(uuidPattern, 36, 'a UUID in lower case');
export const Uuids = (): PropertyDecorator =>
  all(
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(codesMax),
    ArrayUnique(),
    IsString({ each: true }),
    MaxLength(36, { each: true }),
    Matches(uuidPattern, { each: true, message: 'each must be a UUID in lower case' }),
  );
export const Act = (): PropertyDecorator => Pattern(actPattern, actCharsMax, "an act's number, such as 94-V");
export const Article = (): PropertyDecorator => Pattern(articlePattern, actCharsMax, 'an article, such as 9(10)');
/** RFC 3339 date-time that exists in the calendar. */
export const Moment = (): PropertyDecorator => isMoment();
/** A date that exists in the calendar. */
export const Day = (): PropertyDecorator => isDay();
/** Values to be sealed, keyed by category: a string, or a small object of strings. */
export const SealedValues = (): PropertyDecorator => isSealedValues(valueCharsMax);

type FormClass = new () => object;
const nestedForms = new WeakMap<object, Map<string, () => FormClass>>();

/** The class of a nested field, for the schema derivation. */
export function nestedForm(form: FormClass, field: string): FormClass | undefined {
  for (let prototype: unknown = form.prototype; prototype; prototype = Object.getPrototypeOf(prototype)) {
    const nested = nestedForms.get(prototype)?.get(field);
    if (nested) return nested();
  }
  return undefined;
}

const remember =
  (type: () => FormClass): PropertyDecorator =>
  (prototype, field) => {
    const fields = nestedForms.get(prototype) ?? new Map<string, () => FormClass>();
    nestedForms.set(prototype, fields.set(String(field), type));
  };

/** An object of its own class. Without IsObject class-validator would take an array of such objects too. */
export const Nested = (type: () => FormClass): PropertyDecorator =>
  all(remember(type), IsObject(), ValidateNested(), Type(type));
export const NestedList = (type: () => FormClass, min: number, max: number): PropertyDecorator =>
  all(
    remember(type),
    IsArray(),
    ArrayMinSize(min),
    ArrayMaxSize(max),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(type),
  );
