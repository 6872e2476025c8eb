import { ageOf } from '../../../../platform/index.ts';
import type { Cause, Description, Verdict } from '../../../../operations/describe/index.ts';
import type { Finding, Subject } from '../../../../operations/trouble/index.ts';
import { ago, asLine, list, quoted, reasonOf, times } from './words.ts';

/** Causes that are told; the rest is counted. Of a namespace they are all there is to tell. */
const TOLD = 5;
const TOLD_OF_NAMESPACE = 15;

/** The head line and what is the matter: what is said of an object before anything else. */
export function headBlock(
  description: Description,
  now: number,
  most: number = description.subject.kind === 'Namespace' ? TOLD_OF_NAMESPACE : TOLD,
): string {
  const { causes } = description;
  const told = causes.filter((cause) => !isSaidByHead(cause, description));
  const broken = description.verdict.health === 'broken';
  const lines = told
    .slice(0, most)
    .flatMap((cause, index) =>
      causeLines(cause, index === 0 && broken ? 'Cause' : cause.severity === 'broken' ? 'Also' : 'Note', description, now),
    );
  const more = told.length > most ? [`… and ${told.length - most} more findings`] : [];
  return [headLine(description, now), ...lines.map(asLine), ...more].join('\n');
}

/** The conclusion in one line. */
export function headLine({ subject, cluster, verdict, causes, createdAt }: Description, now: number): string {
  const name = subject.namespace === undefined ? subject.name : `${subject.namespace}/${subject.name}`;
  const age = ageOf(createdAt, now);
  return asLine(
    `${subject.kind} ${name} (${list([`cluster ${cluster}`, age !== '' && `age ${age}`])}): ${sayVerdict(verdict, causes, now)}.`,
  );
}

/** The verdict in a sentence without its full stop. */
function sayVerdict(verdict: Verdict, causes: readonly Finding[], now: number): string {
  const { health, replicas, rollout, status, since } = verdict;
  const broken = health === 'broken';
  const length = broken ? ageOf(since, now) : '';
  if (replicas === undefined) {
    const said = status === undefined ? SAYS[health] : broken && !CALM.has(status) ? status : `${status}, ${SAYS[health]}`;
    return `${said}${length === '' ? '' : ` for ${length}`}`;
  }
  if (health === 'idle') return 'scaled to 0';
  if (health === 'terminating') return SAYS.terminating;
  if (rollout !== undefined && (rollout.stuck || broken || health === 'progressing')) {
    const state = rollout.stuck ? 'rollout stuck' : broken ? 'rollout in trouble' : 'rolling out';
    const pods = `${rollout.newReady} of ${replicas.wanted} new pods ready${length === '' ? '' : ` for ${length}`}`;
    const old =
      rollout.oldReady === 0 ? undefined : `${rollout.oldReady} old ${rollout.oldReady === 1 ? 'pod serves' : 'pods serve'} on`;
    return `${state}, ${list([pods, old], '; ')}`;
  }
  const ready = `${replicas.ready} of ${replicas.wanted} pods ready`;
  if (!broken) return list([SAYS[health], ready]);
  const stuck = causes.some(({ code }) => code === 'rollout-stuck');
  return list([stuck ? 'rollout stuck' : 'broken', `${ready}${length === '' ? '' : ` for ${length}`}`]);
}

/** Words of a status that say nothing bad: beside them it must be said that something is. */
const CALM: ReadonlySet<string> = new Set([
  'Running',
  'Ready',
  'Bound',
  'Active',
  'Available',
  'running now',
  'waits for its time',
  'Waiting',
  'ContainerCreating',
  'Pending',
]);

const SAYS: Readonly<Record<Verdict['health'], string>> = {
  healthy: 'healthy',
  progressing: 'under way',
  warning: 'works, with warnings',
  broken: 'broken',
  idle: 'at rest',
  terminating: 'being deleted',
  unknown: 'health unknown',
  lasting: 'exists',
};

/** What the head line has said: how many pods there are, and that the rollout is stuck. */
function isSaidByHead({ code, subject }: Finding, { subject: described, causes }: Description): boolean {
  if (subject.name !== described.name || subject.kind !== described.kind) return false;
  return (code === 'replicas-missing' || code === 'rollout-stuck') && causes.length > 1;
}

function causeLines(cause: Cause, label: string, { subject }: Description, now: number): string[] {
  const when = WHEN.has(cause.code) ? ago(cause.since, now) : '';
  const because = (cause.because ?? []).map(
    (finding) => `  because ${nameOf(finding.subject)} ${finding.what}${tail(reasonOf(finding))}`,
  );
  const hints = (cause.hints ?? []).map((hint) => `  ${hint}`);
  return [
    `${label}: ${where(cause, subject)}${cause.what}${times(cause.count)}${tail(reasonOf(cause))}${when === '' ? '' : ` (${when})`}`,
    ...because,
    ...hints,
    ...logLines(cause, subject),
  ];
}

/** Sorts whose time is that of the last happening, and not of the beginning. */
const WHEN: ReadonlySet<Finding['code']> = new Set(['crash-loop', 'oom-killed', 'container-failed', 'restarting', 'liveness']);

/** Whose log it is, the cause above it or the object itself says as a rule. */
function logLines({ log, subject }: Cause, described: Subject): string[] {
  if (log === undefined) return [];
  const of = log.pod === described.name || log.pod === subject.name ? '' : ` of ${log.pod}`;
  return [`  last log${of}: ${log.lines.map(quoted).join(' ')}`];
}

/** The object that it is about, unless that is the one described. */
function where(finding: Finding, described: Subject): string {
  const { subject } = finding;
  return subject.kind === described.kind && subject.name === described.name ? '' : `${nameOf(subject)}: `;
}

function nameOf({ kind, name }: Subject): string {
  return kind === 'Pod' ? `pod ${name}` : `${kind} ${name}`;
}

function tail(reason: string): string {
  return reason === '' ? '' : `: ${reason}`;
}
