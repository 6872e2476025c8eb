export { getNamed, type Wanted } from './get.ts';
export { groupRows, type Group } from './list/group.ts';
export { compileOrder, type Reader } from './list/order.ts';
export { projectAll, type Projected } from './list/project.ts';
export type { Row } from './list/rows.ts';
export { compileSelect, type Projection } from './list/select.ts';
export { namedSurvey, objectsIn, survey, type JudgedRow, type Survey } from './list/survey.ts';
export { compileWhere, type Predicate } from './list/where.ts';
export { reasonsOf } from './list/why.ts';
export { explain, type Explained, type ExplainQuestion, type FieldDoc } from './explain.ts';
export { findKinds, type KindFound, type KindsFound, type KindsQuestion } from './kinds.ts';
export { findEvents, type EventsFound, type EventsQuestion, type WarningCount } from './events.ts';
export type { EventGroup } from './events-fold.ts';
export type { TopOrder, TopQuestion } from './top-list.ts';
export { topNodes, type NodesTop, type NodeTop } from './top-nodes.ts';
export { topPods, type ContainerTop, type PodsTop, type PodTop } from './top-pods.ts';
export type { Amounts, Demand } from './top-demand.ts';
export type { MetricsState } from './top-metrics.ts';
export { actionOf, type Action } from './can-i-question.ts';
export {
  checkAccess,
  impliedGroups,
  listRules,
  whoAmI,
  type AccessAnswer,
  type AccessQuestion,
  type AccessRules,
  type Subject,
} from './can-i.ts';
export type { PathRule, RuleGroup } from './can-i-rules.ts';
export { examine, type ExamineOptions } from './doctor.ts';
export type {
  Check,
  CheckName,
  CheckVerdict,
  Examination,
  LoginFacts,
  MissingRight,
  RightsFound,
  ToolNeed,
  ToolStanding,
} from './doctor-facts.ts';
export { execute, openAttach, openExec, type Captured, type ExecDone, type ExecQuestion } from './exec.ts';
export { podBehind } from './workload-pods.ts';
