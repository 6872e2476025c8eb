import {
  blocks,
  count,
  cutBytes,
  fence,
  FENCE_TOKENS,
  nextCursor,
  oneLine,
  plain,
  thousands,
  type Answer,
  type Budget,
  type Json,
  type JsonObject,
} from '../../../../answers/index.ts';
import {
  isAtLeast,
  placesOf,
  type LinePlace,
  type LogGroup,
  type LogLine,
  type LogsFound,
  type UnfinishedLog,
} from '../../../../operations/logs/index.ts';
import { choose, chooseFirst, type Chosen } from './choose.ts';
import { renderGroup, sourceNames, timeOf, type Rendering } from './render.ts';

/** What the answer says of the question. */
export interface LogsScene {
  readonly cluster: string;
  /** `in namespace shop of cluster prod` */
  readonly place: string;
  /** Which lines were asked for, a phrase each. */
  readonly narrowed: readonly string[];
  /** Lines of each log that were asked for; undefined for all. */
  readonly tail: number | undefined;
  /** Seconds. */
  readonly followed: number | undefined;
  /** False for what an earlier answer had no room for. */
  readonly isFirstPage: boolean;
  readonly timestamps: boolean;
  readonly mint: (place: Json) => string;
}

/** Tokens for the line with the cursor. */
const CURSOR_TOKENS = 90;
/** Names in one note. */
const MOST_NAMED = 8;

export function logsAnswer(found: LogsFound, scene: LogsScene): Answer {
  return {
    text(budget) {
      const said = budget.spend(blocks(headOf(found, scene), notesOf(found, scene)));
      if (found.groups.length === 0) return said;
      const release = budget.reserve(FENCE_TOKENS + CURSOR_TOKENS);
      const rendering = renderingOf(found, scene);
      const texts = found.groups.map((group) => renderGroup(group, rendering));
      const chosen = chosenOf(
        found,
        texts.map((text) => Buffer.byteLength(text) + 1),
        scene,
        budget,
      );
      const body = cutBytes(bodyOf(found, texts, chosen), Math.max(300, budget.leftBytes));
      release();
      const cursor = cursorFor(found, chosen, scene);
      return blocks(said, fence(body, { what: 'log' }), cursor !== undefined && nextCursor(cursor));
    },
    data(budget) {
      const release = budget.reserve(FENCE_TOKENS + CURSOR_TOKENS * 2);
      const rows = found.groups.map((group) => dataOf(group, found));
      const chosen = chosenOf(
        found,
        rows.map((row) => Buffer.byteLength(JSON.stringify(row)) + 1),
        scene,
        budget,
      );
      release();
      const cursor = cursorFor(found, chosen, scene);
      return {
        cluster: scene.cluster,
        pods: found.pods,
        fitting: found.fitting,
        levels: Object.fromEntries(found.levels),
        lines: shownOf(chosen).flatMap((index) => rows[index] ?? []),
        ...(found.dropped > 0 && { dropped: found.dropped }),
        ...(found.unfinished.length > 0 && { unfinished: found.unfinished.slice(0, 40).map((each) => plain({ ...each })) }),
        ...(found.problems.length > 0 && { problems: found.problems.slice(0, 40).map((each) => ({ ...each })) }),
        ...(cursor !== undefined && { cursor }),
      };
    },
  };
}

const BAD_LEVELS = ['fatal', 'error', 'warn'] as const;

function headOf(found: LogsFound, scene: LogsScene): string {
  const { what, pods, lines, levels, fitting } = found;
  const narrowed = scene.narrowed.length === 0 ? '' : ` ${scene.narrowed.join(', ')}`;
  const which = what.startsWith('all pods')
    ? count(pods, 'pod')
    : `${what}${pods === 1 && what.startsWith('pod ') ? '' : ` (${count(pods, 'pod')})`}`;
  if (lines.length === 0) return `No lines${narrowed} in the logs of ${which} ${scene.place}.`;
  const total = scene.isFirstPage ? fitting : lines.length;
  const bad = BAD_LEVELS.flatMap((level) => (levels.has(level) ? `${thousands(levels.get(level) ?? 0)} ${level}` : []));
  const said = bad.length === 0 ? '' : `: ${bad.join(', ')}`;
  return `${count(total, 'line')}${narrowed} of ${which} ${scene.place}, ${spanOf(lines)}${said}.`;
}

/** `2026-11-21 15:04:05–15:07:30Z`; a single second once. */
function spanOf(lines: readonly LogLine[]): string {
  const times = lines.flatMap(({ time }) => (time === '' ? [] : time));
  const [from = '', to = ''] = [times[0], times.at(-1)];
  const zone = /(?:Z|[+-]\d\d:\d\d)$/.exec(to)?.[0] ?? '';
  const day = from.slice(0, 10);
  const [first, last] = [from.slice(11, 19), to.slice(11, 19)];
  if (to.slice(0, 10) !== day) return `${day} ${first}–${to.slice(0, 10)} ${last}${zone}`;
  return `${day} ${first}${last === first ? '' : `–${last}`}${zone}`;
}

function notesOf(found: LogsFound, scene: LogsScene): string {
  const { problems, others, leftOut, dropped, unfinished, lines } = found;
  const byReason = [...Map.groupBy(problems, ({ why }) => oneLine(why, 160))].map(([why, of]) => {
    const names = of.slice(0, MOST_NAMED).map(({ pod, container }) => `${pod}/${container}`);
    return `${names.join(', ')}${of.length > names.length ? `, and ${of.length - names.length} more` : ''} (${why})`;
  });
  return blocks(
    scene.followed !== undefined && `Followed for up to ${scene.followed} s.`,
    scene.tail !== undefined &&
      lines.length >= scene.tail &&
      `Only the last ${thousands(scene.tail)} lines of each log were read.`,
    byReason.length > 0 && `No log: ${byReason.join('; ')}.`,
    others.length > 0 && `Not read: container ${others.slice(0, MOST_NAMED).join(', ')} (container "*" reads all).`,
    leftOut > 0 && `${count(leftOut, 'more log')} not read: name a pod, a container or labels.`,
    dropped > 0 && `${count(dropped, 'earlier line')} left out: narrow it with since, grep or level.`,
    unfinished.length > 0 && unfinishedNote(unfinished),
  );
}

/** Logs are read from their beginning: what is missing is the newest, and can be had by going on from there. */
function unfinishedNote(unfinished: readonly UnfinishedLog[]): string {
  const [until] = unfinished.flatMap((log) => log.until ?? []).toSorted();
  const left = `${count(unfinished.length, 'log')} not read to the end, because it took too long`;
  return until === undefined
    ? `${left}: narrow it with since or tail.`
    : `${left}: what is newer than ${until} is missing. Go on with since_time ${until}, or narrow it with since or tail.`;
}

function renderingOf({ sources, lines }: LogsFound, { timestamps }: LogsScene): Rendering {
  const days = new Set(lines.flatMap(({ time }) => (time === '' ? [] : time.slice(0, 10))));
  const [day] = days;
  return { names: sourceNames(sources), timestamps, day: days.size === 1 ? day : undefined };
}

function chosenOf({ groups }: LogsFound, costs: readonly number[], scene: LogsScene, budget: Budget): Chosen {
  // Two lines of ours stand between the parts.
  const room = Math.max(0, budget.leftBytes - 160);
  if (!scene.isFirstPage) return { errors: [], first: chooseFirst(costs, room), last: [] };
  return choose(costs, (index) => isAtLeast(groups[index]?.level, 'error') && groups[index]?.last.isContext !== true, room);
}

const shownOf = ({ errors, first, last }: Chosen): readonly number[] => [...new Set([...errors, ...first, ...last])];

/** The errors, how it begins, how it ends, and how much is missing where. */
function bodyOf({ groups }: LogsFound, texts: readonly string[], chosen: Chosen): string {
  const { errors, first, last } = chosen;
  const textOf = (indexes: readonly number[]): string => indexes.map((index) => texts[index] ?? '').join('\n');
  const shown = new Set(shownOf(chosen));
  const missing = groups.reduce((sum, group, index) => sum + (shown.has(index) ? 0 : group.lines), 0);
  return blocks(
    errors.length > 0 && `errors in between:\n${textOf(errors)}\nfrom the beginning:`,
    textOf(first),
    missing > 0 && `… ${count(missing, 'line')} left out …`,
    textOf(last),
  );
}

/** Where what was left out begins and ends; both ends are known by the line beside them. */
function cursorFor({ groups, lines }: LogsFound, chosen: Chosen, scene: LogsScene): string | undefined {
  const shown = new Set([...chosen.first, ...chosen.last]);
  const hidden = groups.filter((_, index) => !shown.has(index));
  if (hidden.length === 0) return undefined;
  const order = new Map(lines.map((line, index) => [line, index]));
  const byOrder = (a: LogLine, b: LogLine): number => (order.get(a) ?? 0) - (order.get(b) ?? 0);
  const places = placesOf(lines);
  const placeOf = (line: LogLine | undefined): LinePlace => (line && places.get(line)) ?? ['', 0];
  const from = placeOf(hidden.map(({ first }) => first).toSorted(byOrder)[0]);
  const to = placeOf(
    hidden
      .map(({ end }) => end)
      .toSorted(byOrder)
      .at(-1),
  );
  return scene.mint([
    [from[0], from[1] - 1],
    [to[0], to[1] + 1],
  ]);
}

function dataOf(group: LogGroup, { sources }: LogsFound): JsonObject {
  const { first, last, count: times, below } = group;
  const source = sources[last.source];
  return {
    time: last.time,
    pod: source?.pod ?? '',
    ...(new Set(sources.map(({ namespace }) => namespace)).size > 1 && { namespace: source?.namespace ?? '' }),
    container: source?.container ?? '',
    ...(group.level !== undefined && { level: group.level }),
    text: oneLine(last.text, 2_000),
    ...(times > 1 && { count: times, since: timeOf(first.time, { timestamps: true, day: undefined }) }),
    ...(below.length > 0 && { below: below.slice(0, 20).map((line) => oneLine(line, 400)) }),
    ...(last.isContext === true && { context: true }),
  };
}
