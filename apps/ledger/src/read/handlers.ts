// Which handlers answer questions? The composition root provides them all, beside one Readers.
import { ReadCertificateHandler } from './certificate-handler.js';
import { CheckActionHandler } from './check-handler.js';
import { ReadDossierHandler } from './dossier-handler.js';
import { ReadEditionHandler, ReadEditionInForceHandler } from './edition-handlers.js';
import { PreviewErasureHandler } from './preview-handler.js';
import { ExportRegisterHandler } from './register-export.js';
import { ReadRegisterHandler } from './register-handler.js';
import { SearchSubjectsHandler } from './search-handler.js';
import { ReadTimelineHandler } from './timeline-handler.js';

export const questionHandlers = [
  CheckActionHandler,
  SearchSubjectsHandler,
  ReadDossierHandler,
  ReadTimelineHandler,
  ReadRegisterHandler,
  ExportRegisterHandler,
  ReadEditionInForceHandler,
  ReadEditionHandler,
  ReadCertificateHandler,
  PreviewErasureHandler,
];
