import { didYouMean, parseDuration, quoted, UsageError } from '../../platform/index.ts';
import { SETTINGS, type SettingFlag, type SettingValue } from './table.ts';
import type { Setting } from './types.ts';

/** Who said what a setting is, from the strongest to the weakest. */
export type SourceKind = 'flag' | 'environment' | 'file' | 'default';

/** Where the value of a setting comes from. */
export interface Source {
  readonly kind: SourceKind;
  /** What the operator wrote: `--timeout`, `FAIRLEAD_TIMEOUT`, `timeout`. */
  readonly name: string;
  /** The place in the file: `fairlead.yaml:12:10`. */
  readonly place?: string | undefined;
}

/** A value that was given, in whatever way. */
export interface Given {
  readonly value: unknown;
  /** As it was written, or what is shown instead of it. */
  readonly written: string;
  readonly source: Source;
}

/** What flags, environment and file say, each setting from the strongest of them. */
export interface Values {
  get<Flag extends SettingFlag>(flag: Flag): SettingValue<Flag> | undefined;
  /** Undefined when nobody said anything. */
  given(flag: SettingFlag): Given | undefined;
}

/** The settings of a file by their keys. */
export type FileValues = ReadonlyMap<string, Given>;

/**
 * Finds every setting in flags, environment and file.
 * @param flags as the command line gave them, by name without dashes
 * @throws UsageError naming the flag, variable or key, and the nearest right value
 */
export function readValues(
  flags: Readonly<Record<string, string | boolean>>,
  env: NodeJS.ProcessEnv,
  file: FileValues = new Map(),
): Values {
  const found = new Map<string, Given>();
  for (const setting of SETTINGS) {
    const given = givenBy(setting, flags, env, file);
    if (given !== undefined) found.set(setting.flag, { ...given, value: readValue(setting, given.value, given.source.name) });
  }
  return {
    get: <Flag extends SettingFlag>(flag: Flag) => found.get(flag)?.value as SettingValue<Flag> | undefined,
    given: (flag) => found.get(flag),
  };
}

function givenBy(
  setting: Setting,
  flags: Readonly<Record<string, string | boolean>>,
  env: NodeJS.ProcessEnv,
  file: FileValues,
): Given | undefined {
  const flag = flags[setting.flag];
  // An empty value is an unset variable in somebody's configuration, and means that nothing was said.
  if (flag !== undefined && flag !== '') return said(flag, { kind: 'flag', name: `--${setting.flag}` });
  const variable = env[setting.env];
  if (variable !== undefined && variable !== '') return said(variable, { kind: 'environment', name: setting.env });
  return setting.key === undefined ? undefined : file.get(setting.key);
}

function said(value: string | boolean, source: Source): Given {
  return { value, written: String(value), source };
}

const ON: ReadonlySet<string> = new Set(['true', '1', 'yes', 'on']);
const OFF: ReadonlySet<string> = new Set(['false', '0', 'no', 'off']);

/**
 * Turns what was written into what it means; a file's values have their types already.
 * @throws UsageError that begins with `name`
 */
function readValue(setting: Setting, value: unknown, name: string): unknown {
  const refuse = (message: string): UsageError =>
    new UsageError(`${name} ${message}`, { code: 'invalid-setting', field: name.replace(/^--/, '') });
  const text = String(value).trim();
  switch (setting.type) {
    case 'switch':
      if (ON.has(text)) return true;
      if (OFF.has(text)) return false;
      throw refuse(`is true or false, not ${quoted(text, 60)}.`);
    case 'duration': {
      const milliseconds = readDuration(text);
      if (milliseconds === undefined) throw refuse(`is ${DURATION}, not ${quoted(text, 60)}.`);
      return milliseconds;
    }
    case 'number': {
      const number = text === '' ? Number.NaN : Number(text);
      if (!fits(setting, number)) throw refuse(`is ${sayNumber(setting)}, not ${quoted(text, 60)}.`);
      return number;
    }
    case 'choice':
      if (!setting.choices.includes(text)) throw refuse(sayChoice(text, setting.choices));
      return text;
    case 'list': {
      const items = Array.isArray(value) ? value.map(String) : text.split(',').map((item) => item.trim());
      const named = items.filter((item) => item !== '');
      if (named.length === 0) throw refuse('names nothing; leave it out to set no such rule.');
      const wrong = named.find((item) => setting.items !== undefined && !setting.items.includes(item));
      if (wrong !== undefined) throw refuse(sayChoice(wrong, setting.items ?? []));
      return named;
    }
    case 'text':
      if (setting.form !== undefined && !setting.form.pattern.test(text)) {
        throw refuse(`is ${setting.form.say}, not ${quoted(text, 60)}.`);
      }
      return text;
  }
}

function sayChoice(wrong: string, known: readonly string[]): string {
  return `cannot be ${quoted(wrong, 60)}${didYouMean(wrong.slice(0, 60), known) || '.'} Possible: ${known.join(', ')}.`;
}

/** What a duration is, for messages. */
export const DURATION = 'a duration such as 30s or 1m, at most 24d';
/** Node's timers run no longer than 2^31 milliseconds; beyond, they would fire at once. */
const LONGEST_DURATION = 24 * 86_400_000;

/** Milliseconds of a duration that a setting may have; undefined when it is none. */
export function readDuration(text: string): number | undefined {
  const milliseconds = Math.round((parseDuration(text) ?? 0) * 1000);
  return milliseconds > 0 && milliseconds <= LONGEST_DURATION ? milliseconds : undefined;
}

type NumberSetting = Extract<Setting, { type: 'number' }>;

function fits(setting: NumberSetting, number: number): boolean {
  if (!Number.isFinite(number) || (setting.whole === true && !Number.isInteger(number))) return false;
  return number > (setting.above ?? -Infinity) && number >= (setting.least ?? -Infinity) && number <= setting.most;
}

function sayNumber(setting: NumberSetting): string {
  const what = setting.whole === true ? 'a whole number' : 'a number';
  return setting.above === undefined ? `${what} from ${setting.least} to ${setting.most}` : `${what} above ${setting.above}`;
}
