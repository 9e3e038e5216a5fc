// Entry of whoever reads the files of a log from their folder.
export { LogDirectory, type TileFile } from './files/directory.js';
export { LogHalted, logHaltCodes, LogTrouble, type LogHaltCode } from './files/log-trouble.js';
export { consistencyProof } from './files/proofs.js';
