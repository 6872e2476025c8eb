/** When something is to happen, by the fields of a cron line. */
export interface Schedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** When both days are limited, one of them is enough. */
  readonly eitherDay: boolean;
}

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly least: number;
  readonly most: number;
  /** Names for numbers, from `least` on. */
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 7, names: WEEKDAYS },
];

function numberOf(text: string, { least, names }: Field): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  return named >= 0 ? least + named : Number(text);
}

function valuesOf(text: string, field: Field): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const isAll = range === '*' || range === '?';
    const [from = '', to] = range.split('-');
    const first = isAll ? field.least : numberOf(from, field);
    const last = isAll || (to === undefined && part.includes('/')) ? field.most : numberOf(to ?? from, field);
    const every = Number(step);
    const isValid = [first, last, every].every(Number.isInteger) && first >= field.least && last <= field.most && every > 0;
    if (!isValid) return undefined;
    for (let value = first; value <= last; value += every) values.add(value);
  }
  return values;
}

/** Understands a cron line of five fields or a macro such as `@hourly`. @returns nothing when it is not one */
export function parseCron(line: string): Schedule | undefined {
  const texts = (MACROS[line.trim()] ?? line).trim().split(/\s+/);
  if (texts.length !== FIELDS.length) return undefined;
  const [minutes, hours, days, months, weekdays] = FIELDS.map((field, index) => valuesOf(texts[index] ?? '', field));
  if (!minutes || !hours || !days || !months || !weekdays) return undefined;
  const sundays = weekdays.has(7) ? new Set([...weekdays, 0]) : weekdays;
  const isLimited = (text = ''): boolean => !text.startsWith('*') && !text.startsWith('?');
  return { minutes, hours, days, months, weekdays: sundays, eitherDay: isLimited(texts[2]) && isLimited(texts[4]) };
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A schedule that never comes, such as the 30th of February, is given up after some years. */
const FURTHEST_DAYS = 5 * 366;

/** How far a zone is ahead of UTC at a time, in milliseconds. */
function offsetOf(zone: string | undefined, time: number): number {
  if (zone === undefined || zone === 'UTC' || zone === 'Etc/UTC') return 0;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(time);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
  return local - Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

function hasDay({ days, weekdays, months, eitherDay }: Schedule, date: Date): boolean {
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const [day, weekday] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())];
  return eitherDay ? day || weekday : day && weekday;
}

/** The first time of a schedule after another time. @param zone such as `Europe/Berlin`. @default UTC */
export function nextTime(schedule: Schedule, after: number, zone?: string): number | undefined {
  const local = after + offsetOf(zone, after);
  const first = Math.floor(local / DAY_MS) * DAY_MS;
  for (let day = 0; day < FURTHEST_DAYS; day++) {
    const midnight = first + day * DAY_MS;
    if (!hasDay(schedule, new Date(midnight))) continue;
    for (const hour of sorted(schedule.hours)) {
      for (const minute of sorted(schedule.minutes)) {
        const wall = midnight + hour * 3_600_000 + minute * MINUTE_MS;
        if (wall <= local) continue;
        const time = wall - offsetOf(zone, wall - offsetOf(zone, wall));
        if (time > after) return time;
      }
    }
  }
  return undefined;
}

const sorted = (values: ReadonlySet<number>): readonly number[] => [...values].sort((one, other) => one - other);
