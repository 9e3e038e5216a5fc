// What does the ledger say of a destruction that it carried out?
import { type Demand } from './erasure-demand.js';
import { type FactDraft } from './record.js';
import { subjectStream } from './subject-fold.js';

/** The ErasureExecuted that answers a demand; `destroyed` as counted when it was carried out. */
export function executionDraft(
  demand: Demand,
  destroyed: { readonly parts: number; readonly keys: number; readonly tokens: number },
  at: string,
): FactDraft {
  const { event, cause, scope, categories, parts, ordered, more, owner } = demand;
  return {
    type: 'ErasureExecuted',
    stream: subjectStream(owner),
    occurred: at,
    facts: {
      order: event,
      cause,
      scope,
      ...(scope === 'category' && categories && { categories: [...categories] }),
      ...(parts.length > 0 && { parts: [...parts] }),
      ordered,
      destroyed: {
        parts: String(destroyed.parts),
        keys: String(destroyed.keys),
        tokens: String(destroyed.tokens),
      },
      ...(more && { more: 'yes' }),
    },
  };
}
