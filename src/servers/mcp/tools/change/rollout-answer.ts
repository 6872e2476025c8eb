import {
  blocks,
  count,
  fence,
  FENCE_TOKENS,
  fill,
  headLine,
  objectLines,
  oneLine,
  plain,
  quote,
  type Answer,
} from '../../../../answers/index.ts';
import {
  differencesOf,
  revisionNumbered,
  revisionsOf,
  rolloutState,
  workloadNamed,
  type Revision,
  type Workload,
} from '../../../../operations/change/index.ts';
import type { Connection } from '../../../../kubernetes/index.ts';
import { ageOf } from '../../../../platform/index.ts';
import type { ToolContext } from '../../tool.ts';
import { sayObject } from './words.ts';

/** Actions that change nothing. */
export const READINGS = ['status', 'history'] as const;
export type Reading = (typeof READINGS)[number];

interface ReadingInput {
  readonly action: Reading;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly cluster?: string | undefined;
  readonly revision?: number | undefined;
}

/** How a rollout stands, or which revisions there are. */
export async function readRollout(input: ReadingInput, context: ToolContext): Promise<Answer> {
  const connection = await context.connect(input.cluster);
  const scope = context.scope(input.namespace, connection);
  const workload = await workloadNamed(connection, { kind: input.kind, name: input.name, scope });
  if (input.action === 'status') return statusAnswer(workload, connection);
  const revisions = await revisionsOf(connection, workload);
  return input.revision === undefined
    ? historyAnswer(workload, connection, revisions, context.now())
    : revisionAnswer(workload, revisionNumbered(revisions, input.revision));
}

function statusAnswer(workload: Workload, { cluster }: Connection): Answer {
  const { state, message } = rolloutState(workload);
  const subject = sayObject(workload.subject);
  return {
    text: () =>
      `Rollout of ${subject} on cluster ${cluster}: ${state}${message === undefined ? '' : `: ${oneLine(message, 300).replace(/\.$/, '')}`}.`,
    data: () => plain({ cluster, ...workload.subject, state, message }),
  };
}

function historyAnswer(workload: Workload, { cluster }: Connection, revisions: readonly Revision[], now: number): Answer {
  const lines = (revision: Revision): string => {
    const { revision: number, createdAt, cause, current } = revision;
    const age = createdAt === undefined ? undefined : `${ageOf(createdAt, now)} old`;
    const head = headLine(`revision ${number}`, current && 'current', age, cause !== undefined && `cause ${quote(cause)}`);
    const differences = differencesOf(revisions, revision);
    const changed =
      differences === undefined
        ? ['  the oldest that is kept']
        : differences.map(({ path, was, is }) => `  ${oneLine(path, 200)}: ${sayValue(was)} → ${sayValue(is)}`);
    return [head, ...changed].join('\n');
  };
  return {
    text(budget) {
      const head = budget.spend(`${sayObject(workload.subject)} on cluster ${cluster}: ${count(revisions.length, 'revision')}.`);
      const release = budget.reserve(FENCE_TOKENS + 20);
      const told = fill(revisions, lines, budget);
      release();
      const rest = revisions.length - told.taken;
      return blocks(head, told.text !== '' && fence(told.text), rest > 0 && `… and ${count(rest, 'older revision')}`);
    },
    data: () =>
      plain({
        cluster,
        ...workload.subject,
        revisions: revisions.map((revision) => ({
          revision: revision.revision,
          current: revision.current,
          created_at: revision.createdAt,
          cause: revision.cause,
          changes: differencesOf(revisions, revision) ?? [],
        })),
      }),
  };
}

function revisionAnswer(workload: Workload, { revision, template }: Revision): Answer {
  return {
    text(budget) {
      const head = budget.spend(`The pod template of revision ${revision} of ${sayObject(workload.subject)}.`);
      const release = budget.reserve(FENCE_TOKENS);
      const told = fill(objectLines(template), (line) => line, budget);
      release();
      return blocks(head, fence(told.text));
    },
    data: () => plain({ ...workload.subject, revision, template: template ?? null }),
  };
}

function sayValue(value: string | undefined): string {
  return value === undefined ? 'nothing' : quote(value, 80);
}
