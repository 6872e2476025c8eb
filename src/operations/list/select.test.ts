import { describe, expect, it } from 'vitest';

import { compileSelect } from './select.ts';

const pod = {
  kind: 'Pod',
  metadata: { name: 'web-1', labels: { 'app.kubernetes.io/name': 'web', __proto__: null } },
  spec: {
    nodeName: 'n1',
    containers: Array.from({ length: 50 }, (_, index) => ({
      name: `c${index}`,
      image: `img:${index}`,
      text: 'x'.repeat(20_000),
    })),
  },
};

const take = async (expression: string): Promise<Readonly<Record<string, unknown>>> =>
  (await compileSelect(expression)).take(pod as never);

describe('a selection', () => {
  it.each([
    ['spec.nodeName,metadata.name', { nodeName: 'n1', name: 'web-1' }],
    ['metadata.labels."app.kubernetes.io/name"', { name: 'web' }],
    ['spec.containers[-1].image', { image: 'img:49' }],
    ['{a: spec.nodeName, b: spec.containers[0].name}', { a: 'n1', b: 'c0' }],
    ['length(spec.containers)', { value: 50 }],
    ["spec.containers[?name=='c3'].image | [0]", { value: 'img:3' }],
    ["let $n = spec.nodeName in map(&join('-', [name, $n]), spec.containers[:2])", { value: ['c0-n1', 'c1-n1'] }],
    ['sort_by(spec.containers, &name)[0].name', { value: 'c0' }],
    ['spec.containers[0] == spec.containers[0]', { value: true }],
    ['spec.containers[0] != spec.containers[1]', { value: true }],
  ])('%s', async (expression, expected) => {
    expect(await take(expression)).toEqual(expected);
  });

  it.each(['__proto__', 'constructor', 'spec.constructor.name', 'metadata.__proto__.toString', 'toString'])(
    'takes nothing that is not the object’s own: %s',
    async (expression) => {
      expect(Object.values(await take(expression))).toEqual([null]);
    },
  );

  it('of nearly nothing but quotes is refused before anybody has to wait', async () => {
    await expect(take(`a${'."b.c.d'.repeat(18)}"!`)).rejects.toThrow('neither a path nor JMESPath');
  });

  it.each([
    ['a bracket that stays open', 'spec.containers[', /^select: "spec\.containers\[" is neither a path nor JMESPath: /],
    [
      'a function that does not fit',
      'length(spec.nothing)',
      /^select: "length\(spec\.nothing\)" cannot be taken from an object: /,
    ],
    ['a function that is none', 'constructor(@)', /there is no function "constructor"\.$/],
    ['a function that is mistyped', 'lenght(@)', /there is no function "lenght"; did you mean "length"\?/],
    ['thousands of signs', '!'.repeat(4_000), /neither a path nor JMESPath: it has more than 400 parts/],
    ['thousands of brackets', '['.repeat(4_000), /neither a path nor JMESPath/],
    ['a long chain', `a${'.a'.repeat(1_500)}|b`, /more than 400 parts/],
    ['a group named as what all objects have', "group_by(spec.containers, &'constructor')", /^select: /],
  ])('is refused in one sentence: %s', async (_, expression, message) => {
    const error = await take(expression).then(
      () => new Error('none'),
      (thrown: unknown) => thrown as Error,
    );
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThan(600);
  });
});

describe('a selection that would never end', () => {
  it.each([
    ['values that hold themselves twice', Array.from({ length: 200 }, () => '[@,@]').join('|')],
    ['as text', `${Array.from({ length: 100 }, () => '[@,@]').join('|')}|to_string(@)`],
    ['compared', `${Array.from({ length: 100 }, () => '[@,@]').join('|')}|@==@`],
    ['flattened', `${Array.from({ length: 100 }, () => '[@,@][]').join('|')}|length(@)`],
    [
      'projections within each other',
      'spec.containers[*].[$.spec.containers[*].[$.spec.containers[*].[$.spec.containers[*].name]]]|length(@)',
    ],
    [
      'maps within maps',
      'map(&map(&map(&map(&name, $.spec.containers), $.spec.containers), $.spec.containers), spec.containers)|length(@)',
    ],
    ['a padding of any width', "pad_left('a', `1000000000`)|length(@)"],
    ['a padding that has none', "pad_left('a', to_number('1e400'))|length(@)"],
    ['joining the same text', "map(&join('', $.spec.containers[*].text), spec.containers)|length(@)"],
    ['replacing by more', `replace('${'a'.repeat(1_500)}', 'a', '${'b'.repeat(1_500)}')|length(@)`],
    ['trimming what has no edge', "map(&trim(join(' ', $.spec.containers[*].text)), spec.containers)|length(@)"],
  ])('is stopped: %s', async (_, expression) => {
    const started = performance.now();
    await expect(take(expression)).rejects.toThrow(/takes too (many steps|long)|too long a (text|list)/);
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});
