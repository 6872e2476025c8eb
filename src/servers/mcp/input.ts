import { didYouMean, quoted, UsageError } from '../../platform/index.ts';

/**
 * One argument of a tool. Every client must be able to read the schema made of it, so an argument has exactly one type,
 * and one-or-many is a string with commas, as kubectl has it.
 */
export interface Argument {
  readonly type: 'string' | 'integer' | 'boolean' | 'string[]' | 'object';
  /** Left out for the arguments that the server's instructions explain once for all tools. */
  readonly description?: string;
  readonly required?: true;
  readonly enum?: readonly string[];
  /** Told in the schema; the tool applies it. */
  readonly default?: string | number | boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Its bounds are told by the server's instructions, and not again in each schema. */
  readonly boundsToldOnce?: true;
  /** In characters. @default 4,096; of a document 2 Mi */
  readonly maxLength?: number;
  /**
   * A text in a language of its own, such as a manifest: it may hold any character, and what shows it escapes them. An
   * object or a list is taken as its JSON, since models send either.
   */
  readonly document?: true;
}

export type Arguments = Readonly<Record<string, Argument>>;

type ValueOf<A extends Argument> = A extends { enum: readonly (infer E)[] }
  ? E
  : {
      string: string;
      integer: number;
      boolean: boolean;
      'string[]': readonly string[];
      object: Readonly<Record<string, unknown>>;
    }[A['type']];

/** What a tool's run function gets: exactly its arguments, each of its type, the required ones there. */
export type InputOf<A extends Arguments> = {
  readonly [K in keyof A as A[K] extends { required: true } ? K : never]: ValueOf<A[K]>;
} & { readonly [K in keyof A as A[K] extends { required: true } ? never : K]?: ValueOf<A[K]> | undefined };

/** A JSON Schema without unions, references or dialects: the subset that every client accepts. */
export interface InputSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/** The JSON Schema of a tool's arguments. */
export function schemaOf(argumentsOf: Arguments): InputSchema {
  const properties = Object.fromEntries(
    Object.entries(argumentsOf).map(([name, argument]) => {
      const { type, required: _, maxLength: __, document: ___, boundsToldOnce, minimum, maximum, ...more } = argument;
      const bounds =
        boundsToldOnce === true ? {} : { ...(minimum !== undefined && { minimum }), ...(maximum !== undefined && { maximum }) };
      const rest = { ...more, ...bounds };
      return [name, type === 'string[]' ? { type: 'array', items: { type: 'string' }, ...rest } : { type, ...rest }];
    }),
  );
  const required = Object.keys(argumentsOf).filter((name) => argumentsOf[name]?.required === true);
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false };
}

/** The entries of a text with commas, each once. */
export function listed(text: string | undefined): readonly string[] {
  return [...new Set((text ?? '').split(',').map((entry) => entry.trim()))].filter((entry) => entry !== '');
}

const LONGEST_TEXT = 4_096;
const LONGEST_DOCUMENT = 2 * 1024 * 1024;
const LONGEST_LIST = 256;
/** Of its JSON, in characters. */
const LARGEST_OBJECT = 64_000;

/**
 * Checks what a client sent against a tool's arguments. Strict: an argument that the tool does not have would be an
 * intention silently dropped.
 * @throws UsageError naming the argument, the value and the nearest right one
 */
export function checkInput<A extends Arguments>(tool: string, argumentsOf: A, given: unknown): InputOf<A> {
  if (given === undefined || given === null) return checkInput(tool, argumentsOf, {});
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new UsageError(`${tool} takes an object of arguments, not ${kindOf(given)}.`, { code: 'invalid-argument' });
  }
  const names = Object.keys(argumentsOf);
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const argument = Object.hasOwn(argumentsOf, name) ? argumentsOf[name] : undefined;
    if (argument === undefined) {
      throw new UsageError(
        `${tool} has no argument ${quoted(name, 60)}${didYouMean(name.slice(0, 60), names) || '.'} Arguments: ${names.join(', ')}.`,
        {
          code: 'unknown-argument',
          field: name,
        },
      );
    }
    // Models send null, and sometimes an empty text, for "not given".
    if (value === null || value === '') continue;
    checked[name] = checkValue(tool, name, argument, value);
  }
  if (Object.hasOwn(argumentsOf, 'name')) takeKindOffName(tool, checked, Object.hasOwn(argumentsOf, 'kind'));
  const missing = names.find((name) => argumentsOf[name]?.required === true && checked[name] === undefined);
  if (missing !== undefined) {
    const says = argumentsOf[missing]?.description;
    throw new UsageError(`${tool} needs the argument "${missing}"${says === undefined ? '' : ` (${says})`}.`, {
      code: 'missing-argument',
      field: missing,
    });
  }
  return checked as InputOf<A>;
}

/**
 * kubectl's `deploy/web` is a habit of models, too: the kind goes where the tool has it. No object has a name with a slash.
 * @throws UsageError where it would be another kind than is given, or the tool has no kind
 */
function takeKindOffName(tool: string, checked: Record<string, unknown>, hasKind: boolean): void {
  const { name, kind } = checked;
  if (typeof name !== 'string' || !name.includes('/')) return;
  const parts = listed(name).map((entry) => /^(?:([a-zA-Z][\w.-]*)\/)?([^/]+)$/.exec(entry) ?? []);
  const kinds = new Set(parts.map(([, said]) => said?.toLowerCase()));
  const names = parts.map(([, , plain]) => plain).join(',');
  const [only] = kinds;
  const given = typeof kind === 'string' ? kind.toLowerCase() : only;
  if (hasKind && kinds.size === 1 && only !== undefined && (given === only || given === `${only}s` || `${given}s` === only)) {
    checked['name'] = names;
    checked['kind'] ??= only;
    return;
  }
  const isPlain = parts.every(([, , plain]) => plain !== undefined);
  const apart = hasKind ? ', and the kind an argument of its own' : '';
  const right = isPlain ? `the plain name ${quoted(names, 120)}${apart}` : 'a plain name';
  throw new UsageError(`${tool}: argument "name" must be ${right}, not ${quoted(name, 120)}.`, {
    code: 'invalid-argument',
    field: 'name',
  });
}

function checkValue(tool: string, name: string, argument: Argument, value: unknown): unknown {
  const wrong = (wanted: string): UsageError =>
    new UsageError(`${tool}: argument "${name}" must be ${wanted}, not ${kindOf(value)} ${quoted(value)}.`, {
      code: 'invalid-argument',
      field: name,
    });
  switch (argument.type) {
    case 'boolean':
      if (value === 'true' || value === 'false') return value === 'true';
      if (typeof value !== 'boolean') throw wrong('true or false');
      return value;
    case 'integer': {
      const number = typeof value === 'string' && /^-?\d{1,12}$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw wrong('a whole number');
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = argument;
      if (number < minimum || number > maximum) {
        throw new UsageError(`${tool}: argument "${name}" must be ${range(argument)}, not ${number}.`, {
          code: 'invalid-argument',
          field: name,
        });
      }
      return number;
    }
    case 'string[]': {
      const list = typeof value === 'string' ? value.split(',') : value;
      if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'string')) throw wrong('a list of texts');
      if (list.length > LONGEST_LIST)
        throw new UsageError(`${tool}: argument "${name}" has ${list.length} entries; ${LONGEST_LIST} are the most.`, {
          code: 'invalid-argument',
          field: name,
        });
      return list.map((entry) => checkText(tool, name, argument, entry));
    }
    case 'object':
      if (typeof value !== 'object' || Array.isArray(value)) throw wrong('an object');
      if (JSON.stringify(value).length > LARGEST_OBJECT)
        throw new UsageError(`${tool}: argument "${name}" has more than ${LARGEST_OBJECT} characters.`, {
          code: 'invalid-argument',
          field: name,
        });
      return value;
    case 'string': {
      if (argument.document === true && typeof value === 'object') return checkText(tool, name, argument, JSON.stringify(value));
      if (typeof value === 'number' || typeof value === 'boolean') return checkText(tool, name, argument, String(value));
      // A list where commas are meant is a habit of models, and it cannot mean anything else.
      if (Array.isArray(value) && argument.enum === undefined && value.every((entry) => typeof entry === 'string'))
        return checkText(tool, name, argument, value.join(','));
      if (typeof value !== 'string') throw wrong('a text');
      return checkText(tool, name, argument, value);
    }
  }
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}]/u;

function checkText(tool: string, name: string, argument: Argument, text: string): string {
  const longest = argument.maxLength ?? (argument.document === true ? LONGEST_DOCUMENT : LONGEST_TEXT);
  if (text.length > longest) {
    throw new UsageError(`${tool}: argument "${name}" has ${text.length} characters; ${longest} are the most.`, {
      code: 'invalid-argument',
      field: name,
    });
  }
  if (argument.document !== true && CONTROL.test(text)) {
    throw new UsageError(`${tool}: argument "${name}" holds control or invisible characters.`, {
      code: 'invalid-argument',
      field: name,
    });
  }
  if (argument.enum !== undefined && !argument.enum.includes(text)) {
    throw new UsageError(
      `${tool}: argument "${name}" cannot be ${quoted(text, 60)}${didYouMean(text.slice(0, 60), argument.enum) || '.'} Values: ${argument.enum.join(', ')}.`,
      {
        code: 'invalid-argument',
        field: name,
      },
    );
  }
  return text;
}

function range(argument: Argument): string {
  const { minimum, maximum } = argument;
  if (minimum === undefined) return `at most ${maximum ?? 0}`;
  return maximum === undefined ? `at least ${minimum}` : `between ${minimum} and ${maximum}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'the list';
  if (value === null) return 'null';
  return typeof value === 'object' ? 'the object' : `the ${typeof value}`;
}
