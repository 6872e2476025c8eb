import { clean, toYaml, type Json } from '../../../../answers/index.ts';
import type { Description, Facts } from '../../../../operations/describe/index.ts';
import { sayContainers } from './containers.ts';
import { sayAllocation, sayAutoscalers, sayBudgets, sayIngresses, sayJobs, sayQuotas, sayServices } from './around.ts';
import { sayChange, sayPods, sayRevisions } from './rollout.ts';
import { ago, asLine, list, quoted, times } from './words.ts';

/** One line of an answer, or one block that is not split. */
export interface FactLine {
  readonly topic: string;
  readonly text: string;
}

type Topic = keyof Facts;

type Say<Section extends Topic> = (
  section: NonNullable<Facts[Section]>,
  description: Description,
  now: number,
) => string | readonly string[];

/** How each section is told, in the order in which they stand. */
const SECTIONS: { readonly [Section in Topic]: Say<Section> } = {
  changed: sayChange,
  spec: (spec) => record('spec', spec),
  containers: sayContainers,
  volumes: (volumes) =>
    line(
      'volumes',
      volumes.map(({ name, source, from }) => `${name} (${list([source, from], ' ')})`),
    ),
  placement: (placement) => record('placement', placement),
  conditions: sayConditions,
  owners: (owners) => line('owned by', [owners.map(({ kind, name }) => `${kind} ${name}`).join(' ← ')]),
  revisions: sayRevisions,
  pods: sayPods,
  jobs: sayJobs,
  services: sayServices,
  ingresses: sayIngresses,
  autoscalers: sayAutoscalers,
  budgets: sayBudgets,
  allocation: sayAllocation,
  quotas: sayQuotas,
  usedBy: (users) => (users.length === 0 ? 'used by: no pod' : line('used by', users)),
  status: (status) => record('status', status),
};

/** Topics that may take several lines: `toYaml` lets no text of a cluster out of its place. */
const IN_YAML: ReadonlySet<string> = new Set(['spec', 'status', 'placement'] satisfies Topic[]);

/** All that is told below the head, line by line: what could not be found out stands first, since it bears on the rest. */
export function factLines(description: Description, now: number): FactLine[] {
  const unknown = description.unknown.map(({ what, reason }) => `${what}: unknown (${reason})`);
  const sections = (Object.keys(SECTIONS) as Topic[]).flatMap((topic) =>
    sayOne(topic, description, now).map((text) => ({ topic, text })),
  );
  return [
    ...unknown.map((text) => ({ topic: 'unknown', text })),
    ...sections,
    ...eventLines(description, now).map((text) => ({ topic: 'events', text })),
  ]
    .map(({ topic, text }) => ({ topic, text: IN_YAML.has(topic) ? clean(text) : asLine(text) }))
    .filter(({ text }) => text !== '');
}

function sayOne<Section extends Topic>(topic: Section, description: Description, now: number): readonly string[] {
  const section: Facts[Section] = description.facts[topic];
  if (section === undefined) return [];
  const say: Say<Section> = SECTIONS[topic];
  const said = say(section, description, now);
  return typeof said === 'string' ? [said] : said;
}

function line(label: string, parts: readonly (string | undefined)[]): string {
  const text = list(parts);
  return text === '' ? '' : `${label}: ${text}`;
}

/** Short values on one line, in their order; what is deeper as YAML below it. Nulls are left out. */
function record(label: string, values: Readonly<Record<string, Json>>): readonly string[] {
  const there = Object.entries(values).filter(([, value]) => value !== null);
  const flat = there.flatMap(([key, value]) => {
    const text = flatText(value);
    return text === undefined ? [] : [asLine(`${key} ${text}`)];
  });
  const deep = there.filter(([, value]) => flatText(value) === undefined);
  return [
    line(label, flat),
    ...deep.map(([key, value]) => `${asLine(`${label}.${key}`)}:\n${toYaml(value).trimEnd().replaceAll(/^/gm, '  ')}`),
  ];
}

function flatText(value: Json): string | undefined {
  if (Array.isArray(value)) return value.every((entry) => typeof entry !== 'object') ? value.map(String).join(' ') : undefined;
  if (typeof value === 'object' && value !== null) return undefined;
  const text = String(value);
  return text.includes('\n') ? quoted(text) : text;
}

/** Reasons of conditions whose message repeats them, or what the head line says. */
const SAID: ReadonlySet<string> = new Set([
  'MinimumReplicasUnavailable',
  'ProgressDeadlineExceeded',
  'ContainersNotReady',
  'ContainersNotInitialized',
  'Unschedulable',
]);

function sayConditions(conditions: NonNullable<Facts['conditions']>, description: Description, now: number): string {
  const causes = new Set(description.causes.flatMap(({ quote }) => quote ?? []));
  const unwell = conditions.filter(({ state }) => state === 'bad' || state === 'unknown');
  const others = conditions.filter(({ state, status }) => state === 'unjudged' && status !== 'True');
  const fine = conditions.filter(({ state, status }) => state === 'good' || (state === 'unjudged' && status === 'True'));
  const told = [...unwell, ...others].map(({ type, status, reason, message, since }) => {
    // Said above already.
    const text =
      message === undefined || message === '' || causes.has(message) || SAID.has(reason ?? '') ? '' : ` ${quoted(message)}`;
    return `${type} ${status}${reason === undefined || reason === '' ? '' : ` (${list([reason, ago(since, now)])})`}${text}`;
  });
  return line('conditions', [...told, sayGood(fine)]);
}

/** `good: Available Progressing`; those that are good because they are False stand apart. */
function sayGood(fine: NonNullable<Facts['conditions']>): string | undefined {
  if (fine.length === 0) return undefined;
  const holding = fine.filter(({ status }) => status === 'True').map(({ type }) => type);
  const absent = fine.filter(({ status }) => status !== 'True').map(({ type }) => type);
  return list([holding.length > 0 && `good: ${holding.join(' ')}`, absent.length > 0 && `no ${absent.join(' ')}`]);
}

/** Reasons whose message only repeats the reason and the name. */
const SILENT: ReadonlySet<string> = new Set(['BackOff', 'BackoffLimitExceeded']);

/** Events told of what is well: they are past. */
const PAST = 3;

function eventLines({ events, verdict }: Description, now: number): string[] {
  const told = verdict.health === 'healthy' ? events.slice(0, PAST) : events;
  return told.map(({ reason, message, count, last, on, warning }, index) => {
    const text = SILENT.has(reason) ? '' : `: ${quoted(message)}`;
    return `${index === 0 ? 'events: ' : '  '}${warning ? 'Warning ' : ''}${reason}${times(count)}${on === undefined ? '' : ` on ${on}`}, ${ago(last, now)}${text}`;
  });
}
