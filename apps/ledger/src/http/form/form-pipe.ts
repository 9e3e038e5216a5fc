// Is what a route was sent of the form of the class that the route asks for?
import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { Problem } from '../problem/problem.js';
import { checkOf } from './check.js';
import { fieldsOf, type FormClass } from './schema.js';

/** Makes bodies and query strings instances of their class; throws MALFORMED_BODY or MALFORMED_QUERY with every fault. */
@Injectable()
export class FormPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !isForm(metatype)) return value;
    const check = checkOf<object>(metatype);
    if (type === 'body') {
      const errors = check.faults(value ?? {});
      if (errors.length > 0) throw new Problem('MALFORMED_BODY', 'the body has not the published form', { errors });
      return check.instance(value ?? {});
    }
    return readQuery(metatype, value as object);
  }
}

/** A query string as an instance of its class. Throws MALFORMED_QUERY with every fault. */
export function readQuery<T extends object>(form: new () => T, query: object): T {
  const check = checkOf(form);
  // Most requests have none; then only what must not be absent can be wrong.
  if (isEmpty(query) && check.faults({}).length === 0) return new form();
  // Query strings hold text alone; numbers become numbers while the instance is made.
  const instance = check.instance({ ...query });
  const errors = check.faultsOfInstance(instance);
  if (errors.length > 0) throw new Problem('MALFORMED_QUERY', 'a parameter is unknown or malformed', { errors });
  return instance;
}

function isEmpty(query: object): boolean {
  for (const _ in query) return false;
  return true;
}

const notForms: ReadonlySet<unknown> = new Set([Object, String, Number, Boolean, Array]);

/** A class with fields of its own; one without (a body that is not read) is none. */
function isForm(metatype: unknown): metatype is FormClass {
  if (typeof metatype !== 'function' || notForms.has(metatype)) return false;
  const standing = forms.get(metatype);
  if (standing !== undefined) return standing;
  const is = fieldsOf(metatype as FormClass).length > 0;
  forms.set(metatype, is);
  return is;
}

const forms = new WeakMap<object, boolean>();
