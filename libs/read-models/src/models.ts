// Which read models are there?
import { access } from './models/access.js';
import { activities } from './models/activities.js';
import { clocks } from './models/clocks.js';
import { consents } from './models/consents.js';
import { editions } from './models/editions.js';
import { epochs } from './models/epochs.js';
import { erasures } from './models/erasures.js';
import { exposures } from './models/exposures.js';
import { findings } from './models/findings.js';
import { holders } from './models/holders.js';
import { holdings } from './models/holdings.js';
import { holds } from './models/holds.js';
import { notices } from './models/notices.js';
import { recipients } from './models/recipients.js';
import { incidents } from './models/incidents.js';
import { tasks } from './models/tasks.js';
import { renewals } from './models/renewals.js';
import { requests } from './models/requests.js';
import { representatives } from './models/representatives.js';
import { retention } from './models/retention.js';
import { statuses } from './models/statuses.js';
import { transfers } from './models/transfers.js';
import { withdrawals } from './models/withdrawals.js';
import { officers } from './models/officers.js';
import { undertakings } from './models/undertakings.js';
import { destruction } from './models/destruction.js';
import { publicSources } from './models/public-sources.js';
import { size } from './models/size.js';
import { demands } from './models/demands.js';
import { dataList } from './models/data-list.js';
import { type ReadModel } from './read-model.js';

export const readModels: readonly ReadModel[] = [
  holdings,
  consents,
  transfers,
  recipients,
  holders,
  findings,
  access,
  editions,
  erasures,
  epochs,
  holds,
  clocks,
  tasks,
  withdrawals,
  requests,
  representatives,
  statuses,
  retention,
  renewals,
  activities,
  exposures,
  incidents,
  notices,
  officers,
  undertakings,
  destruction,
  publicSources,
  size,
  dataList,
  demands,
];

export const modelNames: readonly string[] = readModels.map(({ name }) => name);
