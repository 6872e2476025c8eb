import * as fc from 'fast-check';
import { load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, test } from 'vitest';

import { toYaml } from './yaml.ts';

/** Strings that some reader takes for something else, or that need care in one style or another. */
const TRICKY: readonly string[] = [
  ['', ' ', 'no', 'On', 'y', 'N', 'null', '~', 'TRUE', '<<', '=', '-', '--', '---', '--- a', '...', '?', '? a', ':', ': a'],
  ['0', '-1', '+1', '0o7', '007', '08', '1e3', '1E-3', '1.', '.5', '.', '0x1F', '0b11', '1_000', '12:30:45', '1:2.5', '.inf'],
  ['-.INF', '.nan', '2001-01-01', '2001-1-1 1:1:1', '2026-01-02T03:04:05Z', '1.2.3', '10.0.0.1', '1Gi', '100m', '6e5', '1__0'],
  ['a: b', 'a #b', 'a:', '#a', 'a#b', 'a:b', ' a', 'a ', 'a\tb', '\ta', '!x', '&x', '*x', '@x', '`x', '%x', '|', '>', '|-'],
  [
    '"',
    "'",
    "it's",
    '"a"',
    '[',
    '[a]',
    '{a}',
    'a]',
    'a, b',
    ',a',
    '{}',
    '[]',
    '-a',
    '- a',
    '--flag=x',
    '\\',
    'a\\b',
    'é',
    '日本',
  ],
  ['\u00a0', 'a\u00a0', '\u0085', '\u2028', '\ufeff', '\u007f', '\0', '\ud800', '\u{1f600}', '\u{e0041}', '\ufffe', '\u200b'],
  [
    'a\nb',
    'a\nb\n',
    'a\nb\n\n',
    '\na\nb',
    '\n\n a\nb',
    ' a\nb',
    '\ta\nb',
    'a\n\n\nb',
    '\n',
    '\n\n',
    ' \n ',
    'a\n ',
    'a\n b\n  c',
  ],
  ['a\n#b', 'a\n---\nb', 'a\r\nb', '- a\n- b', 'a\nb\u200b', 'a\n\tb\n', 'a\nb \n', 'key: |\n  x\n', 'x\n...\n', '__proto__'],
].flat();

const text = fc.oneof(
  fc.constantFrom(...TRICKY),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('a', ' ', '\n', ':', '#', '-', '0', '1', '.', '_', 'e', '"', ',', ']', '\t', '?'),
    maxLength: 8,
  }),
);

const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

describe('toYaml', () => {
  test('prints what people like to read', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'api-0', labels: { app: 'api', tier: '1' }, creationTimestamp: '2026-01-02T03:04:05Z' },
      spec: {
        containers: [
          {
            name: 'app',
            args: ['--port=80', '-v', 'a, b', 'no'],
            env: [{ name: 'A', value: 'x: y' }, { name: 'EMPTY' }],
            resources: { limits: { cpu: '100m', memory: '64Mi' } },
            command: ['sh', '-c', 'echo 1\necho 2'],
          },
        ],
        volumes: [{ name: 'tmp', emptyDir: {} }],
        matrix: [[1, 2], [{ a: 1, b: undefined }], []],
        script: '#!/bin/sh\necho hi\n',
      },
      status: { podIP: '10.244.0.5', ratio: 1e21, list: [], gone: undefined },
    };
    expect(toYaml(pod)).toMatchInlineSnapshot(`
      "apiVersion: v1
      kind: Pod
      metadata:
        name: api-0
        labels:
          app: api
          tier: "1"
        creationTimestamp: "2026-01-02T03:04:05Z"
      spec:
        containers:
        - name: app
          args: [--port=80, -v, "a, b", "no"]
          env:
          - name: A
            value: "x: y"
          - name: EMPTY
          resources:
            limits:
              cpu: 100m
              memory: 64Mi
          command:
          - sh
          - -c
          - |-
            echo 1
            echo 2
        volumes:
        - name: tmp
          emptyDir: {}
        matrix:
        - [1, 2]
        - - a: 1
        - []
        script: |
          #!/bin/sh
          echo hi
      status:
        podIP: 10.244.0.5
        ratio: 1.0e+21
        list: []
      "
    `);
  });

  test.each([
    [null, 'null\n'],
    [[], '[]\n'],
    [{}, '{}\n'],
    ['no', '"no"\n'],
    [1.5, '1.5\n'],
    [undefined, 'null\n'],
  ])('root %j', (value, wanted) => {
    expect(toYaml(value)).toBe(wanted);
  });

  test('quotes what only some reader mistakes', () => {
    expect(toYaml({ e8: 'E-5', list: ['a?', 'eth0'] })).toBe('"e8": "E-5"\nlist: ["a?", eth0]\n');
  });

  test('shows hostile characters instead of hiding them', () => {
    expect(toYaml({ a: 'x\u202e\u{e0041}\u001b[0m' })).toBe(String.raw`a: "x\u202e\U000e0041\u001b[0m"` + '\n');
  });

  test.each(TRICKY)('%j survives everywhere', (value) => {
    const everywhere = {
      [value]: value,
      list: [value, value],
      long: [value, 'x'.repeat(100)],
      deep: [[{ [value]: [value] }]],
      last: value,
    };
    expectRoundTrip(everywhere);
    expectRoundTrip(value);
    expectRoundTrip([value]);
  });

  test('any JSON survives, in readers of YAML 1.2 and of 1.1', () => {
    fc.assert(fc.property(json, expectRoundTrip), { numRuns: 3000 });
  });

  test('very long keys survive', () => {
    const key = 'k'.repeat(2000);
    expectRoundTrip({ [key]: { [key]: [1] }, list: [{ [key]: 'a\nb' }, { [key]: [{ a: 1 }] }] });
  });

  test('ends where the nesting was made to hurt', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 5000; depth++) deep = depth % 2 === 0 ? { a: deep } : [deep];
    expect(toYaml(deep)).toContain('deeper than is shown');
  });
});

function expectRoundTrip(value: unknown): void {
  const yaml = toYaml(value);
  expect(yaml.endsWith('\n')).toBe(true);
  expect(load(yaml)).toStrictEqual(value);
  expect(load(yaml, { schema: YAML11_SCHEMA })).toStrictEqual(value);
}
