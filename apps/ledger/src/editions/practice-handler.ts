// What is done with data, and where does it leave the edition in force? Codes and counts: nobody is named.
import { type Drift } from '@derbes/domain';
import { type Language } from '@derbes/policy';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Readers } from '../read/readers.js';
import { ReadActivities } from './edition-queries.js';
import { driftText, practiceWords } from './practice-words.js';
import { practiceNow, type Practice } from './practice.js';

@QueryHandler(ReadActivities)
export class ReadActivitiesHandler implements IQueryHandler<ReadActivities> {
  constructor(private readonly readers: Readers) {}

  execute({ asked, as, lang = 'ru', days }: ReadActivities): Promise<Practice | string | undefined> {
    const { models, registers, seam } = this.readers;
    return seam.ask({ question: 'activities', asked, filter: {} }, async (touches) => {
      touches([]);
      const practice = await practiceNow({ models, registers, now: () => this.readers.now() }, days);
      return practice && as === 'text' ? textOf(practice, lang) : practice;
    });
  }
}

function textOf({ edition, controller, activities, unpractised }: Practice, lang: Language): string {
  const words = practiceWords[lang];
  const reasons = (drift: readonly Drift[]) =>
    drift.map(({ reason, clause }) => `${driftText(reason, lang)} (${clause})`).join('; ');
  return [
    `${words.title}: ${controller.name[lang]}, ${edition.edition} (${edition.inForce})`,
    ...activities.flatMap(
      ({
        purpose,
        category,
        labels,
        holder,
        recipient,
        country,
        basis,
        people,
        held,
        facts,
        first,
        last,
        retention,
        drift,
        events,
      }) => [
        `${labels.purpose?.[lang] ?? purpose} · ${labels.category?.[lang] ?? category} · ${[holder, recipient, country, basis].join(' · ')}`,
        `  ${words.people} ${people}, ${words.held} ${held}, ${words.facts} ${facts}, ${first} – ${last}${retention === undefined ? '' : `, ${words.until} ${retention}`}`,
        ...(drift.length > 0 ? [`  ! ${reasons(drift)}: ${events.join(', ')}`] : []),
      ],
    ),
    ...unpractised.map(
      ({ what, code, clause }) => `? ${what} ${code} (${clause}): ${driftText('not-practised', lang)}`,
    ),
    '',
  ].join('\n');
}
