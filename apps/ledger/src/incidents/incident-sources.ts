// What do the packs of an incident stand on? Its stream, its opened words, the edition in force and who is responsible.
import { type IncidentState } from '@derbes/domain';
import { type DeclaredPolicy } from '@derbes/policy';
import { type OpenedPart } from '../read/dossier-view.js';
import { openTraced } from '../read/open-parts.js';
import { type Readers } from '../read/readers.js';
import { readIncidentStream } from './incident-streams.js';

export interface IncidentSources {
  readonly state: IncidentState;
  /** Free text, opened. */
  readonly parts: readonly OpenedPart[];
  /** The edition in force first. */
  readonly editions: readonly DeclaredPolicy[];
  /** Name of the responsible person. */
  readonly officer?: string;
}

/** Undefined where there is no such incident. */
export async function incidentSources(readers: Readers, incident: string): Promise<IncidentSources | undefined> {
  const { events, state } = await readIncidentStream(readers.store, incident);
  if (!state.detected) return undefined;
  await readers.registers.fresh();
  const traced = events.flatMap(({ id, stream, parts }) =>
    parts.map((part) => ({ ref: { event: id, p: part.p, owner: part.owner ?? stream }, part })),
  );
  const officer = await officerOf(readers);
  return { state, parts: await openTraced(traced, readers), editions: editionsNow(readers), ...officer };
}

/** Every edition that was published, the one in force first: a value may be of a category that only an older one names. */
function editionsNow(readers: Readers): readonly DeclaredPolicy[] {
  const { registers } = readers;
  const { editions } = registers.registers;
  const first = registers.editionAt(readers.now());
  const documents = new Set([...(first === undefined ? [] : [first]), ...editions.map(({ document }) => document)]);
  return [...documents].flatMap((document) => registers.edition(document)?.declared ?? []);
}

async function officerOf(readers: Readers): Promise<{ readonly officer?: string }> {
  const now = readers.now();
  const standing = readers.registers.registers.appointments.findLast(({ from }) => from <= now);
  const event = readers.registers.history.find(({ id }) => id === standing?.event);
  const [part] = event?.parts ?? [];
  if (!event || !part) return {};
  const ref = { event: event.id, p: part.p, owner: part.owner ?? event.stream };
  const [opened] = await openTraced([{ ref, part }], readers);
  return opened?.state === 'opened' && typeof opened.value === 'string' ? { officer: opened.value } : {};
}
