// Telling people that their data was passed on: of what, by when, to whom, and that it was done.
export { NoticePrepared } from './events.js';
export { isOwed, noticeDuties, noticeTerm, notifyOnTransfer, type NoticeDuty, type Told } from './duty.js';
export { awaitedNotices, judgeNotices, type Awaited } from './judge-notices.js';
export {
  noticeDrafts,
  noticeIn,
  planNotice,
  sentNotices,
  tellNotice,
  type MadeNotice,
  type NoticePlan,
  type PrepareNotice,
  type SentNotice,
  type TellNotice,
} from './decider.js';
