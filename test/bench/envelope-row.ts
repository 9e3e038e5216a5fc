// Which row does a bare INSERT write for a fact? The same as the ledger's for a collection: an envelope of the same fields and length.
import { randomBytes, randomUUID } from 'node:crypto';
import { eventsOfKnown, holder, knownPeople, source } from './facts.js';

export interface EnvelopeRow {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: 'DataCollected';
  readonly body: string;
}

/** Rows in turn for a stream of its own and for one of those with a history. */
export function rowMaker(): () => EnvelopeRow {
  const known = Array.from({ length: knownPeople }, () => ({
    stream: `subject-${randomUUID()}`,
    revision: eventsOfKnown,
  }));
  const edition = randomBytes(32).toString('hex');
  const commit = randomBytes(32).toString('base64url');
  const blob = randomBytes(32).toString('base64url');
  let n = 0;
  return () => {
    const i = n++;
    const old = known[(i >> 1) % knownPeople];
    const { stream, revision } =
      i % 2 === 0 || !old ? { stream: `subject-${randomUUID()}`, revision: 2 } : { ...old, revision: old.revision++ };
    const id = randomUUID();
    const at = `${new Date().toISOString().slice(0, 19)}Z`;
    const body = `{"actor":"emitter","at":"${at}","edition":"${edition}","facts":{"basis":"contract","categories":["full-name"],"holder":"${holder}","origin":{"kind":"subject","means":"web-form"},"purposes":["account"],"role":"private"},"id":"${id}","occurred":"${at}","parts":[{"blob":"${blob}","commit":"${commit}","p":"0"}],"revision":"${revision}","source":"${source}","stream":"${stream}","type":"DataCollected","v":"1"}`;
    return { id, stream, revision, type: 'DataCollected', body };
  };
}
