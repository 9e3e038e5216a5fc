// What of a command about an incident is sealed? Its free text, each under a name of its own.
import { type IncidentMeta } from '@derbes/domain';
import { type JsonValue } from '@derbes/kernel';
import { randomBytes } from 'node:crypto';

const saltBytes = 16;

interface Said {
  readonly text?: string | undefined;
  readonly consequences?: string | undefined;
  readonly measures?: string | undefined;
  readonly reference?: string | undefined;
  readonly delay?: string | undefined;
}

export interface Sealing {
  readonly values: readonly JsonValue[];
  readonly sealed: readonly { readonly category: IncidentMeta; readonly value: number }[];
}

const names: readonly (readonly [field: keyof Said, category: IncidentMeta])[] = [
  ['text', 'meta.incident'],
  ['consequences', 'meta.consequences'],
  ['measures', 'meta.measures'],
  ['reference', 'meta.reference'],
  ['delay', 'meta.delay'],
];

/** `salted`: with the salt that stands in every pack, so that nobody guesses values by the hash of one. */
export function sealingOf(said: Said, salted = false): Sealing {
  const told = names.flatMap(([field, category]): [IncidentMeta, string][] => {
    const value = said[field];
    return value === undefined ? [] : [[category, value]];
  });
  if (salted) told.push(['meta.salt', randomBytes(saltBytes).toString('hex')]);
  return {
    values: told.map(([, value]) => value),
    sealed: told.map(([category], value) => ({ category, value })),
  };
}
