// Is this a CloudEvent (1.0) that the ledger takes? Its attributes and its data are checked; what it means is not.
import { looksPersonal } from '@derbes/vault';
import { isFactType, type FactType, factForms, factTypes } from '../facts/types.js';
import { referenceIdPattern, sourcePattern } from '../form/field.js';
import { checkOf, escapePointer, type Fault, faultsMax, unknownField } from '../form/check.js';
import { isCalendarMoment } from '../form/moment.js';
import { nearest } from '../form/nearest.js';
import { type ProblemCode } from '../problem/codes.js';
import { type ReceivedEvent } from '../../write/received.js';

/** Clocks differ; a fact further ahead than this has not happened. */
export const futureMsMax = 5 * 60_000;
export const schemasPath = '/v1/schemas/';

/** Attributes that an event may have; CloudEvents' `subject` and all extensions are refused by name. */
const attributes = ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'dataschema', 'data'];

export type Checked =
  | { readonly ok: true; readonly event: ReceivedEvent }
  | { readonly ok: false; readonly id?: string; readonly code: ProblemCode; readonly faults: readonly Fault[] };

/** Checks one event in structured form; `nowMs` judges what is in the future. */
export function checkCloudEvent(told: unknown, nowMs: number): Checked {
  if (typeof told !== 'object' || told === null || Array.isArray(told)) {
    return { ok: false, code: 'MALFORMED_EVENT', faults: [{ pointer: '', detail: 'must be a CloudEvent: an object' }] };
  }
  const event = told as Record<string, unknown>;
  // An id that looks like a person is not even told back.
  const personal = typeof event['id'] === 'string' ? looksPersonal(event['id'].slice(0, 1024)) : undefined;
  if (personal)
    return refuse(undefined, 'ID_LOOKS_PERSONAL', '/id', `looks like ${article[personal]}: ids are kept for ever`);
  const id = isId(event['id']) ? event['id'] : undefined;
  const faults = attributeFaults(event);
  if (faults.length > 0) return { ok: false, ...(id !== undefined && { id }), code: 'MALFORMED_EVENT', faults };
  const { type, source, time } = event as Record<'type' | 'source' | 'time', string>;
  if (!isFactType(type)) {
    const near = nearest(type, factTypes);
    const hint = near ? `did you mean ${near}?` : `the types stand under ${schemasPath}`;
    return refuse(id, 'UNKNOWN_TYPE', '/type', 'is no type this ledger takes', hint);
  }
  if (Date.parse(time) > nowMs + futureMsMax) return refuse(id, 'FUTURE', '/time', 'is more than five minutes ahead');
  return checkData(event, { id: id ?? '', source, type, time });
}

const article = { email: 'an e-mail address', phone: 'a phone number', iin: 'an IIN' } as const;

function refuse(id: string | undefined, code: ProblemCode, pointer: string, detail: string, hint?: string): Checked {
  const fault = { pointer, detail, ...(hint !== undefined && { hint }) };
  return { ok: false, ...(id !== undefined && { id }), code, faults: [fault] };
}

const isId = (id: unknown): id is string => typeof id === 'string' && referenceIdPattern.test(id);

function attributeFaults(event: Record<string, unknown>): Fault[] {
  const faults: Fault[] = [];
  const need = (name: string, holds: boolean, says: string): void => {
    if (!holds) faults.push({ pointer: `/${name}`, detail: event[name] === undefined ? 'is required' : says });
  };
  for (const name of Object.keys(event)) {
    if (attributes.includes(name)) continue;
    if (faults.length >= faultsMax) break;
    faults.push({ pointer: `/${escapePointer(name)}`, ...unknownField(name, attributes) });
  }
  const { specversion, id, source, type, time, datacontenttype, dataschema } = event;
  need('specversion', specversion === '1.0', 'must be "1.0"');
  need('id', isId(id), 'must be 1 to 128 visible ASCII characters');
  need(
    'source',
    typeof source === 'string' && sourcePattern.test(source),
    'must be a URI-reference of at most 256 characters',
  );
  need('type', typeof type === 'string' && type.length <= 128, 'must be a type of event');
  need(
    'time',
    isCalendarMoment(time),
    'must be an existing moment by RFC 3339 with its offset, such as 2026-11-20T09:00:00Z',
  );
  if (datacontenttype !== undefined) {
    need('datacontenttype', typeof datacontenttype === 'string' && isJson(datacontenttype), 'must be application/json');
  }
  if (dataschema !== undefined) {
    const expected = `${schemasPath}${String(type)}`;
    need(
      'dataschema',
      typeof dataschema === 'string' && pathOf(dataschema) === expected,
      `may only name ${schemasPath}<type>`,
    );
  }
  need('data', event['data'] !== undefined, 'is required');
  return faults;
}

const isJson = (mediaType: string): boolean => /^application\/json(\s*;\s*charset=utf-8)?$/i.test(mediaType);

/** The path of an absolute or relative URL; the host is not ours to judge, for the service may stand behind many. */
function pathOf(url: string): string | undefined {
  return URL.canParse(url, 'http://ledger.invalid') ? new URL(url, 'http://ledger.invalid').pathname : undefined;
}

function checkData(
  event: Record<string, unknown>,
  received: Omit<ReceivedEvent, 'data' | 'type'> & { type: FactType },
): Checked {
  const faults = checkOf<object>(factForms[received.type]).faults(event['data'], '/data');
  if (faults.length > 0) return { ok: false, id: received.id, code: 'MALFORMED_EVENT', faults };
  const data = event['data'] as Record<string, unknown>;
  const strangers = valuesOfOthers(data);
  if (strangers.length > 0) return { ok: false, id: received.id, code: 'VALUE_WITHOUT_CATEGORY', faults: strangers };
  return { ok: true, event: { ...received, data } };
}

/** No schema can say that the keys of one field stand in another. */
function valuesOfOthers({ values, categories }: Record<string, unknown>): Fault[] {
  if (typeof values !== 'object' || values === null) return [];
  return Object.keys(values)
    .filter((category) => !(categories as string[]).includes(category))
    .slice(0, faultsMax)
    .map((category) => ({
      pointer: `/data/values/${escapePointer(category)}`,
      detail: 'is no category of this fact',
      hint: 'name it in categories',
    }));
}
