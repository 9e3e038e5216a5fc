// derbes-verify: is an export what the log signed, and if not, what is wrong and where?
import { helpText } from './help.js';

process.stdout.write(helpText());
