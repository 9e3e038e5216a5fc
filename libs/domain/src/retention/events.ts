// What was decided of data whose last term was over, and which consent ended by itself?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { destructionManners } from '../destruction.js';
import {
  Act,
  Article,
  Capacity,
  closed,
  Code,
  Codes,
  EventId,
  Moment,
  Organisation,
  optional,
  Role,
  sampleUuid,
  Uuid,
} from '../vocabulary.js';
import { consentEnds, stayEnds } from './ends.js';

/** Holdings that one event names; more are decided by several. */
export const retentionItemsMax = 100;

/** `began`: the event with which the holding began; `purposes`: those for which it was held, all of them ended by `due`. */
const Item = closed({ category: Code, began: EventId, due: Moment, purposes: Codes });

/**
 * Of what one holder holds in one quality. `carried-out`: its tasks, and the order for what is sealed here where nobody else holds the
 * category, stand right behind it. `kept`: not before `until`, by the act and article that keep it; `row` is the policy's, where it is one.
 */
export const RetentionDecided = defineEvent('RetentionDecided', {
  v: 1,
  says: 'The last term of data was over: it was ordered to leave its holder, or is kept by an act until a moment (Art. 12(2), 18).',
  facts: closed({
    outcome: Type.Enum(['carried-out', 'kept']),
    by: Type.Enum(['policy', 'officer']),
    manner: optional(Type.Enum([...destructionManners])),
    holder: Code,
    role: Role,
    capacity: Capacity,
    for: optional(Organisation),
    items: Type.Array(Item, { minItems: 1, maxItems: retentionItemsMax }),
    ground: Type.Enum([...stayEnds]),
    until: optional(Moment),
    row: optional(Code),
    act: optional(Act),
    article: optional(Article),
    reason: optional(Code),
    staff: optional(Uuid),
  }),
  sample: {
    outcome: 'carried-out',
    by: 'policy',
    manner: 'destroyed',
    holder: 'crm',
    role: 'private',
    capacity: 'own',
    items: [{ category: 'session', began: sampleUuid(12), due: '2026-11-20T09:00:00Z', purposes: ['analytics'] }],
    ground: 'relation-ended',
    act: '94-V',
    article: '18',
  },
});

export const ConsentExpired = defineEvent('ConsentExpired', {
  v: 1,
  says: 'A consent ended by itself: by its date, with its event, or because its purposes are reached (Art. 8(5), 8(6)).',
  facts: closed({ consent: EventId, ground: Type.Enum([...consentEnds]), due: Moment }),
  sample: { consent: sampleUuid(10), ground: 'term-over', due: '2026-11-20T09:00:00Z' },
});
