// What is the JSON Schema of a form? Derived from the decorators of its class, so that the two never say different things.
import { getMetadataStorage, ValidationTypes } from 'class-validator';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { nestedForm } from './field.js';
import { ruleSchemas } from './rule.js';

export type FormClass = new () => object;
export type Schema = Readonly<Record<string, unknown>>;

interface Derived {
  type: 'object';
  properties: Record<string, Record<string, unknown>>;
  required?: string[];
}

/** `DataCollectedForm` is published as `DataCollected`. */
export const schemaName = (form: FormClass): string => form.name.replace(/Form$/, '');

/** The names of a form's fields, those of its parents included. */
export function fieldsOf(form: FormClass): string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(form, '', true, false);
  return [...new Set(metadata.map(({ propertyName }) => propertyName))];
}

/** The schema of one form, and the forms nested in it; references read `<prefix><name>`. */
function ownSchema(form: FormClass, prefix: string): { schema: Schema; nested: FormClass[] } {
  const nested: FormClass[] = [];
  const derived = targetConstructorToSchema(form, {
    additionalConverters: {
      ...Object.fromEntries(
        Object.entries(ruleSchemas).map(([name, schema]) => [
          name,
          ({ constraints }: { constraints: unknown[] }) => schema(constraints),
        ]),
      ),
      [ValidationTypes.NESTED_VALIDATION]: ({ propertyName }) => {
        const type = nestedForm(form, propertyName);
        if (!type) throw new Error(`${form.name}.${propertyName}: nested without a class`);
        nested.push(type);
        return { $ref: `${prefix}${schemaName(type)}` };
      },
    },
  }) as unknown as Derived;
  return { schema: closeAndLift(derived), nested };
}

/** Rules between fields are said of the object; what no field names is refused. */
function closeAndLift({ properties, required }: Derived): Schema {
  const between: Schema[] = [];
  const own: Record<string, Schema> = {};
  for (const [field, { 'x-either': other, 'x-only-when': condition, ...rest }] of Object.entries(properties ?? {})) {
    own[field] = rest;
    if (typeof other === 'string') between.push({ oneOf: [{ required: [field] }, { required: [other] }] });
    if (condition) {
      const { field: on, values } = condition as { field: string; values: string[] };
      between.push({
        dependentSchemas: { [field]: { required: [on], properties: { [on]: { enum: values } } } },
      });
    }
  }
  return {
    type: 'object',
    properties: own,
    ...(required && { required }),
    ...(between.length > 0 && { allOf: between }),
    additionalProperties: false,
  };
}

/** The schemas of these forms and of all that is nested in them, by published name. */
export function schemasOf(forms: readonly FormClass[], prefix: string): Map<string, Schema> {
  const schemas = new Map<string, Schema>();
  const waiting = [...forms];
  for (let form = waiting.pop(); form; form = waiting.pop()) {
    if (schemas.has(schemaName(form))) continue;
    const { schema, nested } = ownSchema(form, prefix);
    schemas.set(schemaName(form), schema);
    waiting.push(...nested);
  }
  return schemas;
}

/** One self-contained JSON Schema (2020-12) of a form. */
export function schemaOf(form: FormClass, more: Schema = {}): Schema {
  const schemas = schemasOf([form], '#/$defs/');
  const root = schemas.get(schemaName(form));
  schemas.delete(schemaName(form));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...more,
    ...root,
    ...(schemas.size > 0 && { $defs: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))) }),
  };
}
