import { clean, count } from '../../answers/index.ts';
import type { Check, Examination } from '../../operations/index.ts';
import type { Terminal, Tone } from '../terminal.ts';

/** How a verdict looks: in words where there are no colours, since a mark alone is read out by nobody. */
const MARKS: Readonly<Record<Check['verdict'], { readonly mark: string; readonly tone: Tone }>> = {
  ok: { mark: 'ok', tone: 'good' },
  warning: { mark: 'warning', tone: 'warning' },
  problem: { mark: 'PROBLEM', tone: 'bad' },
  unknown: { mark: 'unknown', tone: 'warning' },
};

const MARK_WIDTH = 7;
const NAME_WIDTH = 11;

/** The conclusion, in one line: how many, how many of them usable, and where they come from. */
export function headOf(examinations: readonly Examination[], origin: string): string {
  const usable = examinations.filter((examination) => examination.usable).length;
  const open = examinations.filter((examination) => examination.usable && hasWarning(examination)).length;
  const all = examinations.length;
  const verdict =
    all === 1
      ? sayOne(usable === 1)
      : usable === all
        ? `${all === 2 ? 'both' : 'all'} usable`
        : usable === 0
          ? 'none usable'
          : `${usable} usable, ${all - usable} not`;
  const warned = open === 0 ? '' : `, ${open} of them with a warning`;
  return `${count(all, 'cluster')}: ${verdict}${all > 1 ? warned : open > 0 ? ', with a warning' : ''}. ${capital(origin)}.`;
}

/**
 * One cluster: its line, then its checks. Those that need attention stand first, with what mends them; of a cluster in
 * which all is well the checks come only when it was asked for alone.
 */
export function examinationLines(examination: Examination, terminal: Terminal, full: boolean): string[] {
  const { checks } = examination;
  const attention = checks.filter(({ verdict }) => verdict !== 'ok');
  const fine = checks.filter(({ verdict }) => verdict === 'ok');
  return [
    clusterLine(examination, terminal),
    ...attention.flatMap((check) => checkLines(check, terminal)),
    ...(full ? fine.flatMap((check) => checkLines(check, terminal)) : foldedLine(fine)),
  ];
}

function clusterLine(examination: Examination, terminal: Terminal): string {
  const { cluster, server, identity, version, usable } = examination;
  const tone = !usable ? 'bad' : hasWarning(examination) ? 'warning' : 'good';
  const about = [version, server, identity === undefined ? undefined : `as ${identity}`].filter((part) => part !== undefined);
  return `${terminal.paint('strong', cluster)}: ${terminal.paint(tone, sayOne(usable))}  ${terminal.paint('faint', clean(about.join('  ')))}`;
}

function checkLines({ name, verdict, says, more = [], mend }: Check, terminal: Terminal): string[] {
  const { mark, tone } = MARKS[verdict];
  const head = `  ${terminal.paint(tone, mark.padEnd(MARK_WIDTH))}  ${name.padEnd(NAME_WIDTH)}  ${oneLine(says)}`;
  const room = ' '.repeat(2 + MARK_WIDTH + 2 + NAME_WIDTH + 2);
  const under = [...more.map(oneLine), ...(mend === undefined ? [] : [terminal.paint('faint', `→ ${oneLine(mend)}`)])];
  return [head, ...under.map((line) => `${room}${line}`)];
}

function foldedLine(fine: readonly Check[]): string[] {
  return fine.length === 0 ? [] : [`  ${'ok'.padEnd(MARK_WIDTH)}  ${fine.map(({ name }) => name).join(', ')}`];
}

function sayOne(usable: boolean): string {
  return usable ? 'usable' : 'not usable';
}

function hasWarning({ checks }: Examination): boolean {
  return checks.some(({ verdict }) => verdict !== 'ok');
}

function oneLine(text: string): string {
  return clean(text).replaceAll(/\s+/g, ' ').trim();
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
