// How is the form of an answer written down? Field by field, `?` behind the name of one that may be absent.
import { type Schema } from '../form/schema.js';

export const text: Schema = { type: 'string' };
export const whole: Schema = { type: 'integer' };
export const flag: Schema = { type: 'boolean' };
export const uuid: Schema = { type: 'string', format: 'uuid' };
export const moment: Schema = { type: 'string', format: 'date-time' };
/** A JSON value. */
export const anything: Schema = {};
export const oneOf = (...codes: readonly string[]): Schema => ({ type: 'string', enum: codes });
const said = (description?: string): Schema => (description === undefined ? {} : { description });

export const list = (items: Schema, description?: string): Schema => ({ type: 'array', items, ...said(description) });

/** An object whose keys are codes or ids. */
export const mapOf = (values: Schema, description?: string): Schema => ({
  type: 'object',
  additionalProperties: values,
  ...said(description),
});

export type ObjectSchema = Schema & {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
};

/** An object with these fields; all that are not marked with `?` are there always. */
export function shape(fields: Readonly<Record<string, Schema>>, description?: string): ObjectSchema {
  const named = Object.entries(fields).map(([name, schema]) => ({ name: name.replace(/\?$/, ''), schema }));
  const required = Object.keys(fields).filter((name) => !name.endsWith('?'));
  return {
    type: 'object',
    ...said(description),
    properties: Object.fromEntries(named.map(({ name, schema }) => [name, schema])),
    ...(required.length > 0 && { required }),
  };
}
