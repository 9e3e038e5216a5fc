// By which ground of the law, and in which manner, does data go whose last term is over?
import { type RetentionAct } from '@derbes/policy';
import { type ErasureGround } from '../erasure.js';
import { type HoldingEnd } from '../holding.js';
import { type StayEnd } from './ends.js';

/** The ground of an order to erase what is sealed here; its article stands in the profile. */
export const groundOfEnd: Readonly<Record<StayEnd, ErasureGround>> = {
  'purpose-reached': 'purpose-reached',
  'relation-ended': 'relation-ended',
  'obligation-closed': 'purpose-reached',
  'term-over': 'term-over',
  'consent-over': 'term-over',
};

export const mannerOf: Readonly<Record<RetentionAct, HoldingEnd['manner']>> = {
  delete: 'deleted',
  anonymise: 'anonymised',
  destroy: 'destroyed',
};
