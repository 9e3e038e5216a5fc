// Does a value have the form that a schema asks for, and where not?
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { type TSchema } from 'typebox';
import { CalendarSchema, type Calendar } from './calendar.js';
import { PolicySchema, type Policy } from './format.js';
import { ProfileSchema, type Profile } from './profile.js';

export interface Shape<T> {
  holds(value: unknown): value is T;
  /** Every deviation, with JSON pointers; empty when the value holds. */
  deviations(value: unknown): readonly ErrorObject[];
}

function compiled<T>(schema: TSchema): () => Shape<T> {
  let shape: Shape<T> | undefined;
  // Compiled at first use: a service that reads stored editions only should not pay for it at start.
  return () => {
    if (shape !== undefined) return shape;
    // allErrors is safe here because every list and text of the schema is bounded, and the file's size before it.
    const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: true, strictTuples: false });
    const validate: ValidateFunction = ajv.compile(schema);
    shape = {
      holds: (value): value is T => validate(value) === true,
      deviations: (value) => (validate(value) === true ? [] : (validate.errors ?? [])),
    };
    return shape;
  };
}

export const policyShape = compiled<Policy>(PolicySchema);
export const profileShape = compiled<Profile>(ProfileSchema);
export const calendarShape = compiled<Calendar>(CalendarSchema);
