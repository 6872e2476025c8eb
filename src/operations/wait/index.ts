/** Waiting until an object is as it is wanted. */
export { goalOf, type Goal, type Progress } from './goal.ts';
export { waitFor, type Waited, type WaitQuestion } from './wait.ts';
