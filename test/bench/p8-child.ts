// What would somebody write who wants the event in EventStoreDB and nothing else? Its client, one append a fact, many at once.
import { binaryEvent, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { callInProcess, type Load } from './callers.js';
import { serveCalls } from './child.js';
import { rowMaker } from './envelope-row.js';

serveCalls((url: string) => {
  const client = EventStoreDBClient.connectionString(url);
  const next = rowMaker();
  const append = async (): Promise<void> => {
    const { id, stream, revision, type, body } = next();
    // A stream of its own for each: the bytes are the same, whatever their history.
    const apart = revision === 2 ? stream : `subject-${randomUUID()}`;
    const event = binaryEvent({ id, type, data: Buffer.from(body) });
    await client.appendToStream(apart, event, { expectedRevision: NO_STREAM });
  };
  return Promise.resolve({
    callers: (load: Load & { readonly facts: number }) =>
      callInProcess(load, () => Promise.all(Array.from({ length: load.facts }, append))),
    close: () => client.dispose(),
  });
});
