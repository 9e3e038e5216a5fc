// Which problems can whoever is told of tasks meet, and whoever says where they are told?
import { kind } from './kind.js';

const sign =
  'Sign `<webhook-id>.<webhook-timestamp>.<body>` as Standard Webhooks has it, with the secret of the destination or the key that was registered for it; or send the API key.';

export const deliveryProblems = {
  DESTINATION_MALFORMED: kind(
    400,
    'The address cannot be called',
    'It is no URL of the form https://…, or one with a user, a password or a fragment.',
    'Give the address of the receiver.',
  ),
  DESTINATION_UNRESOLVED: kind(
    400,
    'The address leads nowhere',
    'Its name leads to no address.',
    'Look whether the name is right, and whether this service can resolve it.',
  ),
  DESTINATION_PRIVATE: kind(
    400,
    'The address is not public',
    'It is, or its name leads to, an address of this machine, of a private network or of a cloud’s own services.',
    'Where the receiver does stand in a private network, name that network in WEBHOOK_PRIVATE_NETWORKS.',
  ),
  DESTINATION_NOT_HTTPS: kind(
    400,
    'Personal data goes over https alone',
    'The address begins with http:, and lies in no network that a setting names.',
    'Give an https address.',
  ),
  ACK_UNSIGNED: kind(
    401,
    'Nothing proves whose word this is',
    'An acknowledgement came without an API key, and without the three headers webhook-id, webhook-timestamp and webhook-signature in their form.',
    sign,
  ),
  ACK_FORGED: kind(
    401,
    'The signature is not that of whoever the task is for',
    'No signature of the acknowledgement is made with the secret or key of whoever the task is for, over exactly these bytes.',
    sign,
  ),
  ACK_STALE: kind(
    401,
    'The signature is too old, or not yet',
    'The moment in webhook-timestamp is more than five minutes from now.',
    'Set the clock, and sign again with the moment of now.',
  ),
  TASK_NOT_RESENDABLE: kind(
    409,
    'This task is not sent',
    'It is answered or closed, or whoever it is for is not told by webhook.',
    'Nothing; or say first how it is reached.',
  ),
} as const;
