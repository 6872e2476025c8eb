/** Calls that nobody should make: made of every tool's own schema, so that a new tool meets them without a line here. */

/** A tool as `tools/list` shows it. */
export interface Listed {
  readonly name: string;
  readonly inputSchema: {
    readonly properties?: Readonly<Record<string, { readonly type?: string; readonly enum?: readonly string[] }>>;
    readonly required?: readonly string[];
  };
}

export interface HostileCall {
  /** What is wrong with it. */
  readonly why: string;
  readonly tool: string;
  /** The arguments as JSON text: an object cannot hold them all. */
  readonly given: string;
  /** False where a harmless answer is right as well: what looks odd may be valid. */
  readonly mustFail: boolean;
}

const json = (value: unknown): string => JSON.stringify(value);
const long = 'x'.repeat(200_000);

/** Arguments that make a call valid. */
const RIGHT: Readonly<Record<string, unknown>> = {
  kind: 'configmaps',
  name: 'kube-root-ca.crt',
  namespace: 'default',
  verb: 'get',
  manifests: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"hostile","namespace":"default"}}',
  patch: '{"metadata":{"labels":{"a":"b"}}}',
  set: { a: 'b' },
  calls: '[{"tool":"kube_label","arguments":{"kind":"configmap","name":"kube-root-ca.crt","namespace":"default","set":"a=b"}}]',
};

type Hostile = readonly [why: string, value: unknown, mustFail: boolean];

/** Values of the wrong type, for each type. */
const WRONG: Readonly<Record<string, readonly Hostile[]>> = {
  string: [
    ['an object for a text', { a: 1 }, true],
    ['a mixed list for a text', ['a', 3], true],
    ['a list of lists', [['a']], true],
    ['a number for a text', 7, false],
    ['a text of 200 kB', long, true],
    ['a list of 200 kB', Array.from({ length: 20_000 }, () => 'pods'), true],
  ],
  integer: [
    ['a text for a number', 'many', true],
    ['a fraction', 1.5, true],
    ['a number beyond all', 1e308, true],
    ['less than nothing', -1, true],
    ['a list for a number', [1], true],
    ['an object for a number', { valueOf: 1 }, true],
    ['200 kB of digits', '9'.repeat(200_000), true],
  ],
  boolean: [
    ['a word for a boolean', 'maybe', true],
    ['a number for a boolean', 1, true],
    ['an object for a boolean', {}, true],
    ['a list for a boolean', [true], true],
  ],
  array: [
    ['an object for a list', { 0: 'a' }, true],
    ['a number for a list', 7, true],
    ['a list of objects', [{}], true],
    ['a list of 20,000', Array.from({ length: 20_000 }, () => 'a'), true],
  ],
  object: [
    ['a text for an object', 'a', true],
    ['a list for an object', [], true],
    ['an object of 200 kB', { a: long }, true],
  ],
};

/** Texts that mean to be something else. */
const TEXTS: readonly Hostile[] = [
  ['a way up', '../../etc/passwd', true],
  ['an encoded way up', '..%2f..%2fsecrets', true],
  ['a subresource by an encoded slash', 'web%2fexec', true],
  ['a query', 'web?watch=true', true],
  ['a fragment', 'web#x', true],
  ['a backslash', 'web\\..\\x', true],
  ['one dot', '.', true],
  ['two dots', '..', true],
  ['a null character', 'web\u0000x', true],
  ['a terminal sequence', '\u001b[2J\u001b]0;owned\u0007web', true],
  ['a line that looks like another', 'web\r\nHTTP/1.1 200 OK', true],
  ['bidi controls', '\u202egnp.exe\u2066', true],
  ['invisible characters', 'we\u200bb\u2060', true],
  ['half a character', 'web\ud800', true],
  ['the prototype', '__proto__', false],
  ['the constructor', 'constructor', false],
  ['a method of all objects', 'hasOwnProperty', false],
  ['a command', '$(reboot); `reboot` | reboot', true],
  ['a template', '{{7*7}}${7*7}', true],
  ['4,000 characters', 'a'.repeat(4_000), true],
  ['commas', ','.repeat(4_000), false],
  ['stars', '*'.repeat(2_000), false],
];

/** Arguments that are names, which hostile texts cannot be; others are searched for, or have a language of their own. */
const NAMES: ReadonlySet<string> = new Set(['cluster', 'kind', 'namespace', 'cursor', 'labels']);
/** Tools whose `name` becomes part of a path; others look for it in what they have read. */
const NAMING: ReadonlySet<string> = new Set([
  'kube_get',
  'kube_describe',
  'kube_rollout',
  'kube_expose',
  'kube_copy',
  'kube_scale',
  'kube_patch',
  'kube_configmap',
]);

const doubling = (step: string, times: number): string => `[spec]${`.map(a, ${step})`.repeat(times)}`;
const nested = (loop: string, times: number, inner: string): string => `${loop.repeat(times)}${inner}${')'.repeat(times)}`;

/** Conditions in CEL: what is no CEL, what is none of a condition, and what would never end. */
const CEL: readonly Hostile[] = [
  ['half an expression', 'metadata.name ==', true],
  ['no condition', 'metadata.name', true],
  ['an unknown function', 'system("reboot")', true],
  ['the prototype', 'object.__proto__ == null', false],
  ['the constructor', 'object.constructor.constructor("return 1")() == 1', true],
  ['brackets within brackets', '('.repeat(2_000), true],
  ['as many parts', Array.from({ length: 600 }, () => 'true').join('&&'), true],
  ['a number of 4,000 digits', `${'9'.repeat(4_000)} == 1`, false],
  ['loops within loops', nested(`[${'1,'.repeat(40)}1].all(a, `, 5, 'true'), true],
  ['loops over the object', nested('metadata.all(a, ', 8, 'true'), false],
  ['lists that double', `${doubling('[a, a, a, a, a, a, a, a]', 9)} == ${doubling('[a, a, a, a, a, a, a, a]', 9)}`, true],
  ['texts that double', `["${'x'.repeat(1_000)}"]${'.map(a, a + a + a + a)'.repeat(9)}[0].size() > 1`, true],
  ['backtracking', '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("^(a+)+$")', false],
  ['backtracking without groups', `"${'a'.repeat(2_000)}".matches(".*.*.*.*.*.*x")`, false],
  ['a bad pattern', 'metadata.name.matches("(")', true],
  ['a time zone that is none', 'now.getHours("nowhere") == 1', true],
];

const twice = (times: number): string => Array.from({ length: times }, () => '[@,@]').join('|');

/** Selections in JMESPath, likewise. */
const JMESPATH: readonly Hostile[] = [
  ['half an expression', 'metadata.[', true],
  ['an unknown function', 'system(`"reboot"`)', true],
  ['a method of all objects as a function', 'constructor(@)', true],
  ['the prototype', '__proto__', false],
  ['the constructor', 'constructor.name', false],
  ['a hash of prototypes', '{__proto__: @, constructor: @}', false],
  ['brackets within brackets', '['.repeat(4_000), true],
  ['signs behind signs', '!'.repeat(4_000), true],
  ['a long chain', `a${'.a'.repeat(2_000)} | b`, true],
  ['values that hold themselves twice', twice(600), true],
  ['the same as text', `${twice(100)}|to_string(@)`, true],
  ['the same compared', `${twice(100)}|@==@`, true],
  ['flattened', `${'[@,@][]|'.repeat(100)}length(@)`, true],
  ['a padding of any width', "pad_left('a', `1000000000`)", true],
  ['replacing by more', `replace('${'a'.repeat(1_500)}', 'a', '${'b'.repeat(1_500)}')`, true],
  ['a literal that is no JSON', '`{"a":`', true],
  ['quotes that stay open', "'''''", true],
  ['600 columns', Array.from({ length: 600 }, (_, index) => `a${index}`).join(','), true],
];

/** Selectors that mean another request, or none. */
const SELECTORS: readonly Hostile[] = [
  ['another parameter', 'app=web&watch=true', true],
  ['an encoded one', 'app=web%26watch=true', true],
  ['half a set', 'app in (', true],
  ['no key', '=web', true],
  ['signs', '!!=,==', true],
  ['a long set', `app in (${'a,'.repeat(1_900)}a)`, false],
  ['a key of 4,000 characters', `${'a'.repeat(3_000)}=b`, true],
  ['a way up', 'metadata.name=../x', false],
];

/** Cursors: made up, cut, of another version, and very long. */
const CURSORS: readonly Hostile[] = [
  ['one made up', 'c1eyJhIjoxfQ', true],
  [
    'one of JSON',
    `c1${Buffer.from(json(['x', { kind: 99, phase: 'plain', after: '\u0000' }])).toString('base64url')}AAAAAAAAAAAAAAAAAAAAAA`,
    true,
  ],
  ['one of brackets', `c1${Buffer.from('['.repeat(1_400)).toString('base64url')}AAAAAAAAAAAAAAAAAAAAAA`, true],
  ['a long one', `c1${'A'.repeat(3_000)}`, true],
  ['one of 200 kB', `c1${'A'.repeat(200_000)}`, true],
  ['another version', `c9${'A'.repeat(60)}`, true],
  ['a prototype', '__proto__', true],
];

const LANGUAGES: Readonly<Record<string, readonly Hostile[]>> = {
  where: CEL,
  select: JMESPATH,
  group_by: JMESPATH,
  labels: SELECTORS,
  fields: SELECTORS,
  cursor: CURSORS,
};

/** All hostile calls of a tool. */
export function hostileCalls(tool: Listed): readonly HostileCall[] {
  const { properties = {}, required = [] } = tool.inputSchema;
  // A verb goes with a kind.
  const wanted = 'verb' in properties ? [...required, 'verb', 'kind'] : required;
  const right = Object.fromEntries(wanted.map((name) => [name, RIGHT[name] ?? plainValue(properties[name])]));
  const call = (why: string, given: string, mustFail: boolean): HostileCall => ({ why, tool: tool.name, given, mustFail });
  const calls = [
    call('a list for the arguments', '[]', true),
    call('a text for the arguments', '"kind=pods"', true),
    call('a number for the arguments', '7', true),
    call('an argument that it does not have', json({ ...right, nonsense: 1 }), true),
    call('an argument with a name of 200 kB', json({ ...right, [long]: 1 }), true),
    call('the prototype as an argument', `{"__proto__":{"kind":"secrets"},${json({ a: 1 }).slice(1)}`, true),
    call('the constructor as an argument', json({ ...right, constructor: { name: 'x' } }), true),
    call('arguments within arguments', `{"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`, true),
  ];
  const isName = (name: string): boolean => NAMES.has(name) || (name === 'name' && NAMING.has(tool.name));
  for (const [name, { type = 'string', enum: values }] of Object.entries(properties)) {
    const giving = (value: unknown): string => json({ ...defaultsFor(name), ...right, [name]: value });
    const wrong = WRONG[type] ?? [];
    calls.push(...wrong.map(([why, value, mustFail]) => call(`${name}: ${why}`, giving(value), mustFail)));
    if (type !== 'string') continue;
    const texts = TEXTS.map(([why, value, mustFail]): Hostile => [
      why,
      value,
      mustFail && (values !== undefined || isName(name)),
    ]);
    for (const [why, value, mustFail] of [...texts, ...(LANGUAGES[name] ?? [])]) {
      calls.push(call(`${name}: ${why}`, giving(value), mustFail));
    }
  }
  return calls;
}

/** Any value of an argument's type. */
function plainValue({ type, enum: values }: { readonly type?: string; readonly enum?: readonly string[] } = {}): unknown {
  return type === 'integer' ? 1 : (values?.[0] ?? 'a');
}

/** An expression must find objects to run on. */
function defaultsFor(name: string): Readonly<Record<string, unknown>> {
  return name in LANGUAGES ? { namespace: '*' } : {};
}
