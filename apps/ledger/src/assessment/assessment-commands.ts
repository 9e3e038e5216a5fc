// What may the responsible person say of findings?
import { findingCodes, findingIdPattern, assessedAtOnceMax, verdicts, type Verdict } from '@derbes/domain';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsString, Matches } from 'class-validator';
import { Act, Article, Code, Nested, OneOf, Optional, Pattern, sourcePattern, Uuid } from '../http/form/field.js';
import { AskedCommand, type Done } from '../write/commands.js';
import { type Clock } from '@derbes/domain';

export interface FindingsAssessed extends Done {
  /** How many the verdict is about: single ones that are new to it, or those of the class that stood. */
  readonly assessed: number;
  /** What is due because of it. */
  readonly clocks: readonly Clock[];
}

const FindingIds = (): PropertyDecorator => (target, property) => {
  for (const decorate of [
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(assessedAtOnceMax),
    ArrayUnique(),
    IsString({ each: true }),
    Matches(new RegExp(findingIdPattern), {
      each: true,
      message: 'each must be the id of a finding: event, code, category and purpose with colons between',
    }),
  ]) {
    decorate(target, property);
  }
};

/** One suspicion raised many times, as the register of classes names it. */
export class FindingClassForm {
  @OneOf(findingCodes) code: (typeof findingCodes)[number];
  @Pattern(/^[0-9A-Za-z.()-]{1,40}$/, 40, "a clause of an edition's text, or a hyphen") clause: string;
  @Pattern(sourcePattern, 256, 'a source, or a hyphen for what the ledger wrote itself') source: string;
  @Pattern(/^(?:-|[a-z][a-z0-9.-]{0,63})$/, 64, 'code of a basis, or a hyphen') basis: string;
  @Pattern(/^[0-9]{4}-(?:0[1-9]|1[0-2])$/, 7, 'a month, such as 2026-11') period: string;
}

/** Single findings, or a class of them as it stands: exactly one of the two. */
export class AssessFindings extends AskedCommand<FindingsAssessed> {
  @Optional() @FindingIds() findings?: string[];
  @Optional() @Nested(() => FindingClassForm) class?: FindingClassForm;
  @OneOf(verdicts) verdict: Verdict;
  /** What is done about it; needed with `remedied`. */
  @Optional() @Code() measure?: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  /** Id of the complaint that it answers. */
  @Optional() @Uuid() request?: string;
  /** Id of the responsible person in OfficerAppointed. */
  @Uuid() staff: string;
}
