// Which questions about editions are answered?
import { ReadDifferenceHandler } from './difference-handler.js';
import { ReadActivitiesHandler } from './practice-handler.js';

export const editionHandlers = [ReadDifferenceHandler, ReadActivitiesHandler];
