// Is it the last day of a request of which nobody knows who asks? Where the law knows no pause it is refused then, with reasons.
import { type Profile, sureEnough, type Unproved } from '@derbes/policy';
import { bindingClock } from '../clock.js';
import { profileAt } from '../registers.js';
import { type deliveryMeans, openToAll, type requestChannels } from './events.js';
import { type RefuseRequest, type RequestOutside } from './request-command.js';
import { type RequestState } from './request-state.js';

type Means = (typeof deliveryMeans)[number];

/** How the refusal goes: as the request came. Where that is no page of the controller's own, somebody has to send it. */
const meansOf: Readonly<Record<(typeof requestChannels)[number], Means>> = {
  portal: 'portal',
  email: 'email',
  paper: 'post',
  representative: 'post',
  'state-service': 'state-service',
};

const hourMs = 3_600_000;

/**
 * What the ledger says by itself then; undefined while it says nothing: somebody proved who asks, the request is decided, the right is open
 * to all, there is time, or one of the laws that apply has no such row, or one that may not leave the house (`sureEnough`).
 */
export function refusalOfUnproved(
  { received, identity, answered, refused, clocks }: RequestState,
  outside: RequestOutside,
): RefuseRequest | undefined {
  if (!received || answered || refused || identity?.outcome === 'proved') return undefined;
  const { right, channel, profiles, language } = received.facts;
  const clock = bindingClock(clocks);
  if (openToAll.has(right) || !clock) return undefined;
  const rows = profiles.map((profile) => rowOf(profile, received.facts.received, outside));
  const row = rows[profiles.indexOf(clock.profile)];
  if (!row || rows.some((one) => one === undefined)) return undefined;
  if (outside.at < lastDay(clock.due, row.hours)) return undefined;
  const [act = '', article = ''] = row.article.split(':');
  const how = meansOf[channel];
  return {
    type: 'RefuseRequest',
    reason: 'identity-not-proved',
    act,
    article,
    how,
    language,
    ...(how !== 'portal' && { unsent: true }),
  };
}

/** From when on nobody is waited for; whole UTC seconds. By the strict reading lists warn: nobody is refused by it. */
const lastDay = (due: string, hours: number): string =>
  `${new Date(Date.parse(due) - hours * hourMs).toISOString().slice(0, 'YYYY-MM-DDThh:mm:ss'.length)}Z`;

/** As the profile stood when the request came; versions from before there was such a row say nothing of it, and the first that does counts. */
function rowOf(code: string, received: string, { registers, documents }: RequestOutside): Unproved | undefined {
  const standing = profileAt(registers, received, code);
  const versions = registers.profiles.filter(({ profile }) => profile === code);
  const profiles: (Profile | undefined)[] = versions
    .slice(standing ? versions.indexOf(standing) : 0)
    .map(({ document }) => documents.profile(document));
  const row = profiles.find((profile) => profile?.unproved !== undefined)?.unproved;
  return row && sureEnough(row.confidence) ? row : undefined;
}
