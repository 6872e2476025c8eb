import { describe, expect, it } from 'vitest';

import { checkInput, schemaOf, type Arguments } from './input.ts';

const ARGUMENTS = {
  kind: { type: 'string', required: true, description: 'what to list' },
  labels: { type: 'string' },
  limit: { type: 'integer', minimum: 1, maximum: 10 },
  probe: { type: 'boolean' },
  output: { type: 'string', enum: ['table', 'yaml'] },
  command: { type: 'string[]' },
  extra: { type: 'object' },
} as const satisfies Arguments;

const check = (given: unknown) => checkInput('kube_test', ARGUMENTS, given);
const refused = (given: unknown): string => {
  try {
    check(given);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};

describe('checkInput', () => {
  it('takes what fits', () => {
    expect(check({ kind: 'pods', limit: 3, probe: true, output: 'yaml', command: ['a', 'b'], extra: { a: 1 } })).toEqual({
      kind: 'pods',
      limit: 3,
      probe: true,
      output: 'yaml',
      command: ['a', 'b'],
      extra: { a: 1 },
    });
  });

  it('takes null and the empty text for "not given"', () => {
    expect(check({ kind: 'pods', labels: '', limit: null })).toEqual({ kind: 'pods' });
  });

  it('reads numbers, booleans and lists that came as text, and texts that came as lists', () => {
    expect(check({ kind: ['pods', 'services'], limit: '7', probe: 'false', command: 'a,b' })).toEqual({
      kind: 'pods,services',
      limit: 7,
      probe: false,
      command: ['a', 'b'],
    });
  });

  it.each([
    [
      { kind: 'pods', labelSelector: 'a=b' },
      'kube_test has no argument "labelSelector"; did you mean "labels"? Arguments: kind, labels, limit, probe, output, command, extra.',
    ],
    [{}, 'kube_test needs the argument "kind" (what to list).'],
    [[], 'kube_test takes an object of arguments, not the list.'],
    [{ kind: 'pods', limit: 11 }, 'kube_test: argument "limit" must be between 1 and 10, not 11.'],
    [{ kind: 'pods', limit: 1.5 }, 'kube_test: argument "limit" must be a whole number, not the number "1.5".'],
    [{ kind: 'pods', probe: 'maybe' }, 'kube_test: argument "probe" must be true or false, not the string "maybe".'],
    [{ kind: 'pods', output: 'yml' }, 'kube_test: argument "output" cannot be "yml"; did you mean "yaml"? Values: table, yaml.'],
    [{ kind: { a: 1 } }, 'kube_test: argument "kind" must be a text, not the object "{\\"a\\":1}".'],
    [{ kind: 'po\u0000ds' }, 'kube_test: argument "kind" holds control or invisible characters.'],
    [{ kind: 'po\u202eds' }, 'kube_test: argument "kind" holds control or invisible characters.'],
    [{ kind: 'po\ud800ds' }, 'kube_test: argument "kind" holds control or invisible characters.'],
    [{ kind: 'x'.repeat(5000) }, 'kube_test: argument "kind" has 5000 characters; 4096 are the most.'],
    [
      { kind: 'pods', ['__proto__x']: 1 },
      'kube_test has no argument "__proto__x". Arguments: kind, labels, limit, probe, output, command, extra.',
    ],
    [
      { kind: 'pods', constructor: 1 },
      'kube_test has no argument "constructor". Arguments: kind, labels, limit, probe, output, command, extra.',
    ],
  ])('refuses %j', (given, message) => {
    expect(refused(given)).toBe(message);
  });

  describe('of a name with its kind, as kubectl has it', () => {
    const NAMED = { kind: { type: 'string', required: true }, name: { type: 'string' } } as const satisfies Arguments;
    const named = (given: unknown) => checkInput('kube_test', NAMED, given);

    it.each([
      [{ name: 'deploy/web' }, { kind: 'deploy', name: 'web' }],
      [{ name: 'Deployment.apps/web' }, { kind: 'deployment.apps', name: 'web' }],
      [{ name: 'pod/a, pod/b' }, { kind: 'pod', name: 'a,b' }],
      [
        { kind: 'pods', name: 'pod/a' },
        { kind: 'pods', name: 'a' },
      ],
      [
        { kind: 'Pod', name: 'pods/a' },
        { kind: 'Pod', name: 'a' },
      ],
    ])('takes %j apart', (given, checked) => {
      expect(named(given)).toEqual(checked);
    });

    it.each([
      [{ kind: 'deployment', name: 'sts/web' }, 'the plain name "web", and the kind an argument of its own, not "sts/web".'],
      [{ name: 'pod/a,svc/b' }, 'the plain name "a,b", and the kind an argument of its own, not "pod/a,svc/b".'],
      [{ name: 'pod/a,b' }, 'the plain name "a,b", and the kind an argument of its own, not "pod/a,b".'],
      [{ kind: 'pod', name: 'a/b/c' }, 'a plain name, not "a/b/c".'],
      [{ kind: 'pod', name: '/a' }, 'a plain name, not "/a".'],
    ])('refuses %j', (given, message) => {
      expect(() => named(given)).toThrow(`kube_test: argument "name" must be ${message}`);
    });

    it('says the plain name where a tool knows the kind', () => {
      expect(() => checkInput('kube_exec', { name: { type: 'string' } }, { name: 'pod/web' })).toThrow(
        'kube_exec: argument "name" must be the plain name "web", not "pod/web".',
      );
    });
  });

  it('quotes no more than 200 characters of what came in', () => {
    expect(refused({ kind: { long: 'y'.repeat(9000) } }).length).toBeLessThan(400);
  });
});

describe('schemaOf', () => {
  it('makes a schema that refuses what it does not know', () => {
    expect(schemaOf(ARGUMENTS)).toEqual({
      type: 'object',
      properties: {
        kind: { type: 'string', description: 'what to list' },
        labels: { type: 'string' },
        limit: { type: 'integer', minimum: 1, maximum: 10 },
        probe: { type: 'boolean' },
        output: { type: 'string', enum: ['table', 'yaml'] },
        command: { type: 'array', items: { type: 'string' } },
        extra: { type: 'object' },
      },
      required: ['kind'],
      additionalProperties: false,
    });
  });
});
