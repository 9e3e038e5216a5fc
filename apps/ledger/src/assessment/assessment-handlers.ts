// Who takes down what the responsible person says of findings? Single ones are judged anew first: what does not stand is not assessed.
import {
  assessableOf,
  awaitedNotices,
  decideAssessment,
  foldOfFamily,
  isBlocked,
  judgeRequest,
  judgeRetention,
  judgeSource,
  judgeSubject,
  requestOfStream,
  standingAssessment,
  subjectOfStream,
  type AssessFindings as Assess,
  type AssessmentOutside,
  type Finding,
  type SourceEvent,
  type StandingFinding,
} from '@derbes/domain';
import { Refused, type Recorded } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Readers } from '../read/readers.js';
import { readRequestStream } from '../requests/request-streams.js';
import { type Plan } from '../write/command-writer.js';
import { foldsOf } from '../write/folds-of.js';
import { contentOf } from '../write/handlers.js';
import { Writers } from '../write/writers.js';
import { AssessFindings, type FindingsAssessed } from './assessment-commands.js';

interface Standing {
  readonly standing: StandingFinding[];
  readonly heads: NonNullable<Plan['heads']>;
}

/** A finding about no person, and what it stands on. */
interface Apart {
  readonly finding: Finding;
  readonly on: Parameters<typeof assessableOf>[1];
}

@CommandHandler(AssessFindings)
export class AssessFindingsHandler implements ICommandHandler<AssessFindings> {
  constructor(
    private readonly writers: Writers,
    private readonly readers: Readers,
  ) {}

  async execute(command: AssessFindings): Promise<FindingsAssessed> {
    const asked = assessOf(command);
    return this.writers.commands.write<Omit<FindingsAssessed, 'status'>>({
      asked: command.asked,
      content: contentOf(command),
      decide: async (at) => {
        const { standing, heads } = await this.standing(asked.findings ?? [], at);
        const counted = asked.class && (await this.counted(asked.class, at));
        const outside: AssessmentOutside = {
          ...this.writers.registers.outside,
          at,
          standing,
          ...(counted && { counted }),
        };
        const { drafts, clocks, assessed } = decideAssessment(asked, outside);
        return { drafts, heads, result: { assessed, clocks } };
      },
      result: { assessed: 0, clocks: [] },
    });
  }

  /** The findings named, as they stand by what is on the disk. */
  private async standing(ids: readonly string[], at: string): Promise<Standing> {
    const events = [...new Set(ids.map((id) => id.slice(0, id.indexOf(':'))))];
    const found: ReadonlyMap<string, Recorded> =
      events.length === 0 ? new Map() : await this.readers.mentions.find(events);
    const subjects = [...found.values()].flatMap(({ stream }) =>
      stream.startsWith('subject-') ? [subjectOfStream(stream)] : [],
    );
    const { folds, heads } = await foldsOf(this.writers, [...new Set(subjects)], at);
    const { outside } = this.writers.registers;
    const standing = [...folds].flatMap(([subject, own]) => {
      if (own.state.identity.mergedInto) return [];
      const fold = foldOfFamily(subject, folds);
      const byId = new Map(fold.entries.map((entry) => [entry.id, entry]));
      const late = new Map(
        awaitedNotices(fold, outside).flatMap(({ finding, due }) => (due < at ? [[finding, due] as const] : [])),
      );
      for (const { finding, since } of judgeRetention(fold.state, outside, at)) late.set(finding, since);
      return [...judgeSubject(fold, outside), ...late.keys()].flatMap((finding) => {
        const told = byId.get(finding.event);
        if (!told || !ids.includes(finding.id)) return [];
        const basis = 'basis' in told.facts ? told.facts.basis?.code : undefined;
        const as = assessableOf(finding, told, basis, late.get(finding));
        const assessment = standingAssessment(as, fold.state.assessments, outside.registers.assessments);
        return [{ ...as, ...categoryOf(finding), subject, blocked: isBlocked(fold, finding), assessment }];
      });
    });
    return { standing: [...standing, ...(await this.apart(ids, found, at))], heads };
  }

  /** Against a source that tells of somebody erased, or about a request. That nobody is responsible, nobody can assess: it ends when somebody is. */
  private async apart(
    ids: readonly string[],
    found: ReadonlyMap<string, Recorded>,
    at: string,
  ): Promise<StandingFinding[]> {
    const { outside } = this.writers.registers;
    const sources = [...found.values()].filter(({ stream }) => stream.startsWith('source-'));
    const ofSources = sources.flatMap((event) =>
      judgeSource(event as unknown as SourceEvent, outside).map((finding) => ({ finding, on: event })),
    );
    return [...ofSources, ...(await this.ofRequests(found, at))].flatMap(({ finding, on }) => {
      if (!ids.includes(finding.id)) return [];
      const as = assessableOf(finding, on);
      const assessment = standingAssessment(as, new Map(), outside.registers.assessments);
      return [{ ...as, ...categoryOf(finding), blocked: false, assessment }];
    });
  }

  private async ofRequests(found: ReadonlyMap<string, Recorded>, at: string): Promise<readonly Apart[]> {
    const judged: Apart[] = [];
    for (const { stream, type } of found.values()) {
      if (type !== 'RequestReceived') continue;
      const { state } = await readRequestStream(this.readers.store, requestOfStream(stream));
      const { received } = state;
      if (!received) continue;
      const { source, facts } = received;
      for (const { finding, since } of judgeRequest(state, at)) {
        judged.push({
          finding,
          on: { at: since, occurred: facts.received, ...(source !== undefined && { source }) },
        });
      }
    }
    return judged;
  }

  /** How many stand of a class, and up to when the register knows: what is recorded later is not covered. */
  private async counted(of: NonNullable<Assess['class']>, at: string) {
    const { rows, reach } = await this.readers.models['finding-classes'].page({ filter: { ...of }, limit: 1 });
    const [row] = rows;
    const until = reach.moment !== undefined && reach.moment < at ? reach.moment : at;
    return { found: row?.findings ?? 0, people: row?.people ?? 0, until };
  }
}

const categoryOf = ({ category }: Finding) => (category === undefined ? {} : { category });

function assessOf(command: AssessFindings): Assess {
  const { findings, class: of, verdict, measure, act, article, request, staff } = command;
  const said = { type: 'AssessFindings', verdict, measure, act, article, request, staff } as const;
  if (findings && !of) return { ...said, findings };
  if (of && !findings) return { ...said, class: { ...of } };
  throw new Refused('ASSESSMENT_MALFORMED', 'name findings, or a class of them, and not both');
}
