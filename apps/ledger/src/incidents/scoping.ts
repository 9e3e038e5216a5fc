// Whom does a scope mean? Moments in whole seconds, survivors for merged people, and a place that somebody was once told of.
import { checkedScope, type IncidentScope } from '@derbes/domain';
import { type RadiusAsk, type Radius } from '@derbes/read-models';
import { Problem } from '../http/problem/problem.js';
import { personOf } from '../requests/persons.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { type Writers } from '../write/writers.js';
import { type ScopeForm } from './incident-commands.js';

/** People looked up at a time. */
const togetherMax = 20;

export interface Scoped {
  readonly scope: IncidentScope;
  readonly ask: RadiusAsk;
}

/**
 * `until`: the end of a window that has none. Refuses as `checkedScope` does, SUBJECT_UNKNOWN for whoever nobody knows, and
 * SCOPE_UNKNOWN for a place or category that neither the registers nor any fact names: a slip of the pen concerns nobody.
 */
export async function scopedBy(
  writers: Writers,
  radius: Pick<Radius, 'isKnown' | 'isCategory'>,
  form: ScopeForm,
  at: string,
  until: string,
): Promise<Scoped> {
  const { holder, recipient, subjects, categories, from, until: ends } = form;
  const asked: IncidentScope = {
    ...(holder !== undefined && { holder }),
    ...(recipient !== undefined && { recipient }),
    ...(subjects && { subjects }),
    ...(categories && { categories }),
    ...(from !== undefined && { from: wholeSeconds(from) }),
    ...(ends !== undefined && { until: wholeSeconds(ends) }),
  };
  const checked = checkedScope(asked, at);
  await writers.registers.fresh();
  await mustBeKnown(checked, writers, radius);
  const scope = checked.subjects ? { ...checked, subjects: await survivors(checked.subjects, writers, at) } : checked;
  const last = scope.until ?? until;
  // A window without an end ends when it was detected, and never before it begins.
  return { scope, ask: { ...scope, until: scope.from !== undefined && scope.from > last ? scope.from : last } };
}

async function mustBeKnown(
  { holder, recipient, categories = [] }: IncidentScope,
  { registers }: Writers,
  radius: Pick<Radius, 'isKnown' | 'isCategory'>,
): Promise<void> {
  const { holders, recipients } = registers.registers;
  const registered = holder === undefined ? recipients.has(recipient ?? '') : holders.has(holder);
  const named = holder ?? recipient;
  if (named !== undefined && !registered && (await radius.isKnown({ holder, recipient })) === false) {
    throw unknown(holder === undefined ? 'recipient' : 'holder', named);
  }
  for (const category of categories) {
    const declared = registers.registers.editions.some(
      ({ document }) => registers.edition(document)?.declared.category(category) !== undefined,
    );
    if (!declared && (await radius.isCategory(category)) === false) throw unknown('category', category);
  }
}

const unknown = (what: string, code: string): Problem =>
  new Problem('SCOPE_UNKNOWN', `nobody told of the ${what} ${code}, and it is not registered`);

async function survivors(subjects: readonly string[], writers: Writers, at: string): Promise<string[]> {
  const found = new Set<string>();
  for (let from = 0; from < subjects.length; from += togetherMax) {
    const some = subjects.slice(from, from + togetherMax);
    const people = await Promise.all(some.map((subject) => personOf(writers, subject, at)));
    people.forEach((person, i) => {
      if (!person) throw new Problem('SUBJECT_UNKNOWN', `nobody is known as ${some[i] ?? ''}`);
      found.add(person.subject);
    });
  }
  return [...found].sort();
}
