// What may an officer want done about the end of somebody's data? To hold it, to let it go, to destroy it.
import {
  erasureGrounds,
  erasureScopes,
  holdEndGrounds,
  holdGrounds,
  type TaskState,
  type Withheld,
} from '@derbes/domain';
import { Act, Article, Code, Codes, Moment, OneOf, Optional, PartNames, Uuid } from '../http/form/field.js';
import { AskedCommand, type Done } from './commands.js';

/** What stays although it was to be destroyed. */
export interface KeptBack {
  /** LEGAL_HOLD, STATUTORY_RETENTION, RETENTION_UNCONFIRMED, OBLIGATION_OPEN or BLOCKED. */
  readonly why: string;
  readonly categories: readonly string[];
  readonly act?: string;
  readonly article?: string;
  readonly until?: string;
}

export interface HoldPlaced extends Done {
  /** Id of the hold, to lift it by. */
  readonly hold: string;
}

export interface HoldLifted extends Done {
  /** Orders that it refused or narrowed, which nobody carried out since: nothing gives them again but an officer. */
  readonly withheld: readonly Withheld[];
}

export interface Erased extends Done {
  /** `narrowed`: less than was asked; `refused`: nothing of it. */
  readonly outcome: 'ordered' | 'narrowed' | 'refused';
  /** Number of the certificate; absent when nothing was ordered. */
  readonly order?: string;
  /** How far it is by now: `ordered` while holders have yet to be told, `executed` when it is destroyed here. */
  readonly state?: 'ordered' | 'executed';
  readonly kept: readonly KeptBack[];
  /** Who else has it and was told, or is to be; absent when nothing was ordered. */
  readonly tasks?: readonly ToldOfErasure[];
}

/** A task that another holder or a recipient has because of an order. */
export interface ToldOfErasure {
  readonly task: string;
  readonly holder?: string;
  readonly recipient?: string;
  /** How it is told: `webhook`, `poll` or `person`. */
  readonly by: string;
  readonly state: TaskState;
  readonly due?: string;
  /** The destruction here waits for it to be told, or for its term to end. */
  readonly waitedFor: boolean;
}

/** Without categories it covers all that is known of the person. */
export class PlaceHold extends AskedCommand<HoldPlaced> {
  /** From the path. */
  subject: string;
  @OneOf(holdGrounds) ground: (typeof holdGrounds)[number];
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  @Optional() @Codes() categories?: string[];
  /** When it ends by itself. */
  @Optional() @Moment() until?: string;
  /** Id of the officer in OfficerAppointed who decided it. */
  @Optional() @Uuid() staff?: string;
}

export class LiftHold extends AskedCommand<HoldLifted> {
  subject: string;
  /** Id of the hold, from the path. */
  hold: string;
  @OneOf(holdEndGrounds) ground: (typeof holdEndGrounds)[number];
  @Optional() @Uuid() staff?: string;
}

export class EraseSubject extends AskedCommand<Erased> {
  subject: string;
  @OneOf(erasureScopes) scope: (typeof erasureScopes)[number];
  /** With the scope `category`. */
  @Optional() @Codes() categories?: string[];
  /** With the scope `value`: `<event id>/<place>`, as the dossier names them. */
  @Optional() @PartNames() parts?: string[];
  @OneOf(erasureGrounds) ground: (typeof erasureGrounds)[number];
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  /** What becomes of data whose statutory term nobody confirmed; without it such an order is refused. */
  @Optional() @OneOf(['keep', 'erase']) decide?: 'keep' | 'erase';
  /** Why, with `decide`. */
  @Optional() @Code() reason?: string;
  /** Whether what is here waits also for those of whom nobody said how they are reached; `go` when absent. */
  @Optional() @OneOf(['go', 'wait']) untold?: 'go' | 'wait';
  /** Id of the request that it carries out; the answer to it then names the order. */
  @Optional() @Uuid() request?: string;
  @Optional() @Uuid() staff?: string;
}
