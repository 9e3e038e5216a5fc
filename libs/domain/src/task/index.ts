// What others have to do about a person's data, and what they said of it.
export {
  deliveryModes,
  DestinationSet,
  TaskAcknowledged,
  TaskClosed,
  TaskDelivered,
  TaskFailed,
  taskKinds,
  TaskOrdered,
  taskPartsMax,
  taskProofs,
  TaskResent,
  taskResults,
  type DeliveryMode,
  type TaskKind,
  type TaskProof,
  type TaskResult,
} from './events.js';
export {
  addresseeOf,
  emptyTasks,
  evolveTasks,
  isConfirmed,
  isOfTask,
  isSettled,
  tasksAmong,
  taskStateAt,
  taskStates,
  type Task,
  type TaskEvent,
  type Tasks,
  type TaskState,
} from './state.js';
export {
  decideTask,
  type AcknowledgeTask,
  type CloseTask,
  type DeliverTask,
  type FailTask,
  type ResendTask,
  type Speaker,
  type TaskCommand,
  type TaskDecision,
} from './command.js';
export { tasksFor, type TaskOutside, type Telling } from './order.js';
export { termOfTask } from './terms.js';
export { type HolderManner } from './manner.js';
export { cascadeOf, erasureTasks, spreads, tasksOfOrder, untold, type ErasureTelling } from './cascade.js';
