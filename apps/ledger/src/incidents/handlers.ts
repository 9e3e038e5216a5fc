// Which handlers declare breaches, keep what became of them, and answer what is asked about them?
import { DeclareIncidentHandler } from './declaring.js';
import {
  ChangeScopeHandler,
  CloseIncidentHandler,
  NotifyAuthorityHandler,
  TellAffectedHandler,
} from './going-on-handlers.js';
import { ReadAuthorityNoticeHandler, ReadPeoplePackHandler } from './pack-handlers.js';
import { PreviewRadiusHandler, ReadIncidentHandler } from './reading-handlers.js';

export const incidentHandlers = [
  DeclareIncidentHandler,
  ChangeScopeHandler,
  NotifyAuthorityHandler,
  TellAffectedHandler,
  CloseIncidentHandler,
  PreviewRadiusHandler,
  ReadIncidentHandler,
  ReadAuthorityNoticeHandler,
  ReadPeoplePackHandler,
];
