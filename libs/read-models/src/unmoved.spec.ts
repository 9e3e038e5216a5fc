// Does an event by which a model says that it is not moved change none of its rows, in whatever order facts come?
import { describe, expect, it } from '@jest/globals';
import { catalogue, emptyFold, evolveSubject, judgeFacts, type SubjectEvent, type SubjectFold } from '@derbes/domain';
import fc from 'fast-check';
import { arrivedOf } from './arrived.js';
import { isErased } from './erased.js';
import { LedgerContext } from './ledger-context.js';
import { readModels } from './models.js';
import { subjectStream, type SubjectModel } from './read-model.js';
import { rowsOf } from './subject-rows.js';
import { collected, editions, person, SampleLedger, type Telling } from './testing.js';
import { history } from './testing/histories.js';
import { unmovedBy } from './unmoved.js';

const models = readModels.filter((model): model is SubjectModel => model.kind === 'subject');
const unmoved = models.flatMap((model) => (model.unmovedBy ? [{ model, types: model.unmovedBy }] : []));
const propertyRuns = 25;

function said(model: SubjectModel, own: SubjectFold, context: LedgerContext): string {
  const fold = isErased(own) ? emptyFold() : own;
  const { registers, documents } = context;
  const about = { subject: person(1), members: [person(1)], fold, folds: [own], registers, documents };
  const view = { ...about, judgedFacts: () => judgeFacts(fold, context) };
  return JSON.stringify([...rowsOf(model, view)].map(([table, rows]) => [table.name, rows]));
}

/** What each model says of the person after each event, and which events changed it that it says it is not moved by. */
async function changedAll(
  tellings: readonly Telling[],
): Promise<{ readonly asked: number; readonly changed: string[] }> {
  const ledger = new SampleLedger();
  await ledger.begin();
  for (const telling of tellings) await ledger.tell(telling);
  const context = new LedgerContext(ledger.store, ledger.documentStore);
  const events = (await ledger.events()).map(arrivedOf);
  await context.advance(events);
  const folds = new Map<string, SubjectFold>();
  const changed: string[] = [];
  let asked = 0;
  for (const { stream, type, read } of events) {
    if (!subjectStream(stream)) continue;
    const before = folds.get(stream) ?? emptyFold();
    const after = evolveSubject(before, read() as SubjectEvent);
    folds.set(stream, after);
    for (const { model } of unmoved.filter(({ types: of }) => of.has(type))) {
      asked++;
      if (said(model, before, context) !== said(model, after, context)) changed.push(`${model.name} by ${type}`);
    }
  }
  return { asked, changed };
}

describe('a model', () => {
  it('says the same after any event by which it is not moved', async () => {
    let askedInAll = 0;
    await fc.assert(
      fc.asyncProperty(history(60), async (tellings) => {
        const { asked, changed } = await changedAll(tellings);
        askedInAll += asked;
        expect(changed).toEqual([]);
      }),
      { numRuns: propertyRuns, endOnFailure: true },
    );
    expect(askedInAll).toBeGreaterThan(propertyRuns);
  });

  it('says the same whatever is asked, told and done about somebody whose data is held and was passed on', async () => {
    const about = (type: string, facts: Telling['facts'], id?: string): Telling => ({
      stream: `subject-${person(1)}`,
      type,
      facts,
      edition: editions[0].sha256,
      ...(id !== undefined && { id }),
    });
    const basis = { code: 'contract' };
    const categories = ['email'];
    const task = person(30);
    const sample = (type: string): Telling['facts'] => catalogue.get(type).sample as Telling['facts'];
    const every = [...new Set(unmoved.flatMap(({ types }) => [...types]))].filter(
      (type) => type !== 'SubjectRegistered',
    );
    const { changed, asked } = await changedAll([
      about('DataCollected', collected()),
      about('DataTransferred', {
        ...{ categories, purposes: ['payment'], basis, recipient: 'good-bank', country: 'KZ', mode: 'sent' },
      }),
      about('DataBlocked', { categories, ground: 'breach-reported' }),
      about('TaskOrdered', { ...sample('TaskOrdered'), categories, holder: 'crm' }, task),
      about('TaskDelivered', { ...sample('TaskDelivered'), task }),
      about('TaskAcknowledged', { ...sample('TaskAcknowledged'), task }),
      about('DataUsed', { categories, purposes: ['account'], basis }),
      ...every.map((type) => about(type, sample(type))),
    ]);
    expect(changed).toEqual([]);
    expect(asked).toBeGreaterThan(models.length);
  });

  it('cannot say that it is not moved by what undoes, joins or erases', () => {
    expect(() => unmovedBy('FactRetracted')).toThrow('FactRetracted');
    expect(() => unmovedBy('ErasureExecuted')).toThrow('ErasureExecuted');
  });
});
