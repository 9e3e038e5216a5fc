// Does a value have the form that a class describes, and if not, what is wrong where?
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { looksPersonal } from '@derbes/vault';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { isCalendarDay, isCalendarMoment } from './moment.js';
import { nearest } from './nearest.js';
import { fieldsOf, type FormClass, schemaName, schemasOf } from './schema.js';

/** One thing wrong with a body. Names fields, never a value. */
export interface Fault {
  /** JSON pointer (RFC 6901) of the place. */
  readonly pointer: string;
  readonly detail: string;
  readonly hint?: string;
}

/** The rest of a body that is wrong all over is not listed. */
export const faultsMax = 20;
/** A value with more members than this is answered with the compiled schema's first fault: explaining all would cost more than it helps. */
export const explainedMembersMax = 20_000;
const namedCharsMax = 64;
const looksAtCharsMax = 1_024;

/** What is said of a field that breaks several rules: the most basic one. */
const precedence = [
  'whitelistValidation',
  'eitherField',
  'isObject',
  'isArray',
  'isString',
  'isBoolean',
  'isInt',
  'equals',
  'isIn',
  'arrayMinSize',
  'arrayMaxSize',
  'minLength',
  'maxLength',
];

export class FormCheck<T extends object = object> {
  private compiled: ValidateFunction | undefined;

  constructor(readonly form: new () => T) {}

  /** What is wrong with the value; nothing when it has the form. `at` is the pointer of the value itself. */
  faults(value: unknown, at = ''): readonly Fault[] {
    this.compiled ??= compile(this.form);
    if (this.compiled(value)) return [];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return [{ pointer: at, detail: 'must be an object' }];
    }
    if (membersOf(value, explainedMembersMax) > explainedMembersMax) return [firstFault(this.compiled, at)];
    const schemasFirst = `${at}${this.compiled.errors?.[0]?.instancePath ?? ''}`;
    // class-validator has the last word: the schema derived from it may be stricter, never laxer.
    return faultsOf(this.instance(value), at).map((fault) =>
      schemasFirst.startsWith(`${fault.pointer}/`) ? { ...fault, pointer: schemasFirst } : fault,
    );
  }

  /** The value as an instance of its class; `faults` has passed it. */
  instance(value: object): T {
    return plainToInstance(this.form, value);
  }

  /** Faults of an instance already made, for values whose fields had to be converted from text. */
  faultsOfInstance(instance: T): readonly Fault[] {
    return faultsOf(instance, '');
  }
}

const checks = new WeakMap<FormClass, FormCheck>();

/** The check of a class, made once. */
export function checkOf<T extends object>(form: new () => T): FormCheck<T> {
  const made = checks.get(form) ?? new FormCheck(form);
  checks.set(form, made);
  return made as FormCheck<T>;
}

// The schemas are our own and a spec holds them against the meta-schema; doing so at every start would double its time.
const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, validateSchema: false })
  .addFormat('date-time', { type: 'string', validate: isCalendarMoment })
  .addFormat('date', { type: 'string', validate: isCalendarDay });
const base = 'derbes:';

/** The compiled schema of a form. What is nested in several forms is compiled once. */
export function compile(form: FormClass): ValidateFunction {
  for (const [name, schema] of schemasOf([form], base)) {
    if (!ajv.schemas[base + name]) ajv.addSchema({ ...schema, $id: base + name });
  }
  const compiled = ajv.getSchema(base + schemaName(form));
  if (!compiled) throw new Error(`${form.name} has no schema`);
  return compiled;
}

function firstFault(compiled: ValidateFunction, at: string): Fault {
  const [error] = compiled.errors ?? [];
  return { pointer: `${at}${error?.instancePath ?? ''}`, detail: error?.message ?? 'does not have the published form' };
}

function faultsOf(instance: object, at: string): Fault[] {
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  const faults: Fault[] = [];
  collect(errors, at, faults);
  return faults;
}

function collect(errors: readonly ValidationError[], at: string, faults: Fault[]): void {
  for (const error of errors) {
    if (faults.length >= faultsMax) return;
    const pointer = `${at}/${escapePointer(error.property)}`;
    if (error.constraints) faults.push({ pointer, ...explain(error, error.constraints) });
    collect(error.children ?? [], pointer, faults);
  }
}

function explain(error: ValidationError, constraints: Record<string, string>): Omit<Fault, 'pointer'> {
  if ('whitelistValidation' in constraints) {
    const known = error.target ? fieldsOf(error.target.constructor as FormClass) : [];
    return unknownField(error.property, known);
  }
  if (error.value === undefined && !('eitherField' in constraints)) return { detail: 'is required' };
  const rule = precedence.find((name) => name in constraints) ?? Object.keys(constraints)[0] ?? '';
  const message = constraints[rule] ?? 'is malformed';
  // class-validator begins its own messages with the field's name, which the pointer says already.
  return { detail: message.startsWith(`${error.property} `) ? message.slice(error.property.length + 1) : message };
}

/** An unknown field is named, with the known one nearest to it. */
export function unknownField(name: string, known: readonly string[]): Omit<Fault, 'pointer'> {
  const told = shownName(name);
  const shown = told.length > namedCharsMax ? `${told.slice(0, namedCharsMax)}…` : told;
  const near = nearest(name, known);
  return {
    detail: `"${shown}" is no field here`,
    hint: near ? `did you mean "${near}"?` : `known: ${known.join(', ')}`,
  };
}

/** A field's name as it is told back; one that looks like a person's address or number is not. */
const shownName = (name: string): string => (looksPersonal(name.slice(0, looksAtCharsMax)) ? '(personal)' : name);

/** A step of a JSON pointer (RFC 6901). */
export const escapePointer = (name: string): string => shownName(name).replaceAll('~', '~0').replaceAll('/', '~1');

/** How many members a value has, all depths together; stops counting beyond `max`. */
function membersOf(value: unknown, max: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  let members = 0;
  for (const member of Object.values(value)) {
    members += 1 + membersOf(member, max - members);
    if (members > max) return members;
  }
  return members;
}
