// What is recorded of a demand of an authority of which the person may be told?
import { authorities, demandOutcomes, demandRefusals } from '@derbes/domain';
import { Act, Article, Codes, Moment, OneOf, Optional, sealedCharsMax, Text, Uuid, Uuids } from '../http/form/field.js';
import { AskedCommand, type Done } from '../write/commands.js';

export interface DemandReceived extends Done {
  /** Id of the demand: names it in the register, and in what answers it. */
  readonly demand: string;
}

export class ReceiveDemand extends AskedCommand<DemandReceived> {
  @OneOf(authorities) authority: (typeof authorities)[number];
  /** As it calls itself; sealed. */
  @Text(sealedCharsMax) name: string;
  /** Number of its letter; sealed. */
  @Optional() @Text(sealedCharsMax) reference?: string;
  /** When it reached the controller. */
  @Moment() received: string;
  /** By when it asks for an answer. */
  @Optional() @Moment() due?: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  @Optional() @Codes() categories?: string[];
  /** Whom it is about, as far as they are known here. */
  @Optional() @Uuids() subjects?: string[];
  @Optional() @Uuid() staff?: string;
}

export class AnswerDemand extends AskedCommand<Done> {
  /** From the path. */
  demand: string;
  @OneOf(demandOutcomes) outcome: (typeof demandOutcomes)[number];
  @Moment() moment: string;
  @Optional() @Codes() categories?: string[];
  /** The transfers by which it was given, by their events. */
  @Optional() @Uuids() transfers?: string[];
  @Optional() @Uuid() staff?: string;
}

export class RefuseDemand extends AskedCommand<Done> {
  demand: string;
  @OneOf(demandRefusals) refusal: (typeof demandRefusals)[number];
  @Moment() moment: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  @Optional() @Uuid() staff?: string;
}
