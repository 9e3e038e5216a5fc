// What may an officer say of tasks: how somebody is reached, that a letter was sent, what came back, that nothing is waited for?
import { deliveryModes, type DeliveryMode } from '@derbes/domain';
import { Code, Moment, OneOf, Optional, Pattern, sealedCharsMax, Text, Uuid } from '../http/form/field.js';
import { AskedCommand, type Done } from '../write/commands.js';

const addressCharsMax = 2_048;

export interface DestinationAnswer extends Done {
  /** Secret that signs what is sent there and proves what comes back, in the form of Standard Webhooks; told once. */
  readonly secret?: string;
}

export class SetDestination extends AskedCommand<DestinationAnswer> {
  /** From the path: the one of the two that it is about. */
  holder?: string;
  recipient?: string;
  @OneOf(deliveryModes) by: DeliveryMode;
  /** With `webhook`: where it is called; sealed. */
  @Optional() @Text(addressCharsMax) url?: string;
  /** Ed25519 public key of whoever acknowledges, 32 bytes in base64url. */
  @Optional() @Pattern(/^[A-Za-z0-9_-]{43}$/, 43, 'an Ed25519 public key: 32 bytes in base64url') ackKey?: string;
}

/** Somebody sent a letter, or telephoned. */
export class TellTask extends AskedCommand<Done> {
  /** From the path. */
  task: string;
  /** Number of the letter; sealed. */
  @Optional() @Text(sealedCharsMax) reference?: string;
  /** Now when absent. */
  @Optional() @Moment() happened?: string;
  @Optional() @Uuid() staff?: string;
}

export const officersResults = ['done', 'nothing-held', 'refused'] as const;

/** Somebody answered by letter or by word of mouth. */
export class AnswerTask extends AskedCommand<Done> {
  task: string;
  @OneOf(officersResults) result: (typeof officersResults)[number];
  /** Why, for `refused`. */
  @Optional() @Code() reason?: string;
  @Optional() @Text(sealedCharsMax) reference?: string;
  @Optional() @Moment() happened?: string;
  @Optional() @Uuid() staff?: string;
}

export class CloseTask extends AskedCommand<Done> {
  task: string;
  @Code() reason: string;
  @Optional() @Uuid() staff?: string;
}
