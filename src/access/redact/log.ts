import { redactPlainText } from './plain-text.ts';
import { triggersOf } from './triggers.ts';

/** What a kubelet writes before each line of a log that is asked for with times. */
const TIMES = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) /gm;

/**
 * Hides what is secret in lines of a log. The times before them are set aside meanwhile: with them no line would begin
 * with the name of its value, and no manifest or block of lines would be seen to be one.
 */
export function redactLog(text: string): string {
  if (triggersOf(text) === 0) return text;
  const said = text.replace(TIMES, '');
  const clean = redactPlainText(said);
  if (clean === said) return text;
  return said === text ? clean : withTimes(clean, said.split('\n'), text.split('\n'));
}

/** How far a line is looked for behind what was hidden. */
const FARTHEST = 1_000;

/** The lines with their times: of several that gave way to one it has the first. */
function withTimes(clean: string, said: readonly string[], timed: readonly string[]): string {
  let from = 0;
  let gap = false;
  const lines = clean.split('\n').map((line) => {
    const isHidden = line.includes('<redacted');
    // Only behind what was hidden lines may be missing.
    const found = gap && !isHidden ? said.slice(from, from + FARTHEST).indexOf(line) : 0;
    const place = Math.min(from + Math.max(0, found), timed.length - 1);
    gap = isHidden;
    from = place + 1;
    const [whole = '', own = ''] = [timed[place], said[place]];
    return whole.slice(0, whole.length - own.length) + line;
  });
  return lines.join('\n');
}
