import { oneLine } from '../../../answers/index.ts';
import { followLog, readLog, type Connection, type LogQuery } from '../../../kubernetes/index.ts';
import { findSources, isOver, type Source } from '../../../operations/logs/index.ts';
import { isFairlead, parseDuration, quoted } from '../../../platform/index.ts';
import type { CommandCall } from '../command.ts';
import { inPods, subjectOf, textFlag, usage, type PodPlace } from './place.ts';

/** Lines of each log to begin with where several pods are chosen by their labels, as kubectl has it. */
const TAIL_BY_LABELS = 10;
/** Characters of the reason why there is no log. */
const LONGEST_REASON = 600;

/** Prints logs line by line, as they are but for secrets. */
export async function logs(call: CommandCall): Promise<number> {
  const [word, ...more] = call.words;
  const labels = textFlag(call, 'selector');
  if (more.length > 0 || (word === undefined) === (labels === undefined)) {
    throw usage(
      'fairlead logs takes one pod or KIND/NAME, or labels.',
      'E.g. fairlead logs -f deploy/web, or fairlead logs -l app=web',
    );
  }
  const query = {
    ...queryOf(call),
    ...(labels !== undefined && textFlag(call, 'tail') === undefined && { tailLines: TAIL_BY_LABELS }),
  };
  const { kind, name } = word === undefined ? { kind: 'pod', name: undefined } : subjectOf(word);
  return inPods(call, async (place) => {
    const { sources, silent, leftOut } = await findSources(place.connection, {
      scope: [place.namespace],
      kind,
      names: name === undefined ? [] : [name],
      labels,
      container: call.flags['all-containers'] === true ? '*' : textFlag(call, 'container'),
      previous: query.previous,
    });
    for (const { pod, container, why } of silent)
      call.terminal.note(`No log of ${container} in pod ${pod}: ${oneLine(why, LONGEST_REASON)}.`);
    if (leftOut > 0) call.terminal.note(`${leftOut} more containers are left out.`);
    if (sources.length === 0 && silent.length === 0) call.terminal.note('No pods.');
    return print(call, place, sources, query);
  });
}

type Wanted = Omit<LogQuery, 'namespace' | 'pod' | 'container'>;

async function print(call: CommandCall, place: PodPlace, sources: readonly Source[], query: Wanted): Promise<number> {
  const failures: string[] = [];
  const printOne = async (source: Source): Promise<void> => {
    const before = call.flags['prefix'] === true || sources.length > 1 ? `[${source.pod}/${source.container}] ` : '';
    const shown = shownAs(before, call.flags['timestamps'] === true);
    try {
      for await (const text of textsOf(call, place.connection, source, query)) await call.terminal.pass('stdout', shown(text));
    } catch (error) {
      if (place.signal.aborted || sources.length === 1 || !isFairlead(error)) throw error;
      failures.push(`${before}${oneLine(error.message, LONGEST_REASON)}`);
    }
  };
  // One after the other, unless they have no end.
  if (call.flags['follow'] === true) await Promise.all(sources.map(printOne));
  else for (const source of sources) await printOne(source);
  call.terminal.note(...failures);
  return failures.length === 0 ? 0 : 1;
}

async function* textsOf(
  { flags }: CommandCall,
  connection: Connection,
  { namespace, pod, container, uid }: Source,
  wanted: Wanted,
): AsyncGenerator<string> {
  const query = { ...wanted, namespace, pod, container };
  if (flags['follow'] !== true) {
    for await (const { text } of readLog(connection, query)) yield text;
    return;
  }
  yield* followLog(connection, query, { isOver: () => isOver(connection, { namespace, pod, container, uid }) });
}

/** Lines come with their times in front, which are asked for so that a broken connection loses nothing. */
function shownAs(before: string, timestamps: boolean): (text: string) => string {
  if (timestamps) return (text) => (before === '' ? text : text.replaceAll(/^(?=.)/gm, before));
  return (text) => text.replaceAll(/^\d{4}-\d\d-\d\dT\S+ /gm, before);
}

function queryOf(call: CommandCall): Wanted {
  const [tail, since, sinceTime] = ['tail', 'since', 'since-time'].map((flag) => textFlag(call, flag));
  if (since !== undefined && sinceTime !== undefined)
    throw usage('--since and --since-time cannot both hold.', 'Leave one of them out.');
  const seconds = since === undefined ? undefined : parseDuration(since);
  if (since !== undefined && (seconds === undefined || seconds <= 0))
    throw wrong('since', since, 'Write a length of time such as 30m or 2h.');
  if (sinceTime !== undefined && Number.isNaN(timeOf(sinceTime)))
    throw wrong('since-time', sinceTime, 'Write a time such as 2026-01-31T12:00:00Z.');
  // All lines are -1 to kubectl.
  if (tail !== undefined && !/^(?:-1|\d{1,9})$/.test(tail)) throw wrong('tail', tail, 'Write a number of lines.');
  return {
    previous: call.flags['previous'] === true,
    tailLines: tail === undefined || tail === '-1' ? undefined : Number(tail),
    sinceSeconds: seconds === undefined ? undefined : Math.max(1, Math.round(seconds)),
    sinceTime: sinceTime === undefined ? undefined : new Date(timeOf(sinceTime)).toISOString(),
  };
}

function timeOf(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
}

const wrong = (flag: string, value: string, advice: string) => usage(`--${flag} cannot be ${quoted(value, 40)}.`, advice);
