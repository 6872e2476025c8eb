import { describe, expect, it } from 'vitest';

import { compileWhere } from './where.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

const pod = {
  kind: 'Pod',
  metadata: { name: 'web-1', labels: { app: 'web' }, creationTimestamp: '2026-11-20T11:00:00Z' },
  spec: {
    replicas: 3,
    containers: Array.from({ length: 50 }, (_, index) => ({
      name: `c${index}`,
      image: `registry.example.com/team/app:v${index}`,
      env: Array.from({ length: 50 }, (__, at) => ({ name: `E${at}`, value: 'x'.repeat(50) })),
    })),
  },
  status: { phase: 'Running', message: `${'a'.repeat(60)}!`, log: 'a'.repeat(200_000) },
};

const holds = async (expression: string, object: object = pod): Promise<boolean> =>
  (await compileWhere(expression, NOW))(object as never);

describe('a condition', () => {
  it.each([
    ['status.phase == "Running"', true],
    ['spec.replicas > 2 && metadata.labels.app == "web"', true],
    ['spec.containers.exists(c, c.image.matches("^registry\\\\.example\\\\.com/.*:v4[0-9]$"))', true],
    ['spec.containers.all(c, c.image.startsWith("docker.io"))', false],
    ['spec.containers.map(c, c.name).join(",").contains("c7")', true],
    ['now - timestamp(metadata.creationTimestamp) > duration("30m")', true],
    ['"web" in metadata.labels.map(k, metadata.labels[k])', true],
    ['object.spec == object.spec', true],
    ['spec.nothing == 1', false],
    ['spec.constructor == 1', false],
    ['has(spec.nothing) || kind == "Pod"', true],
    ['cel.bind(n, spec.containers.size(), n == 50)', true],
    ['{"a": 1} == {"a": 1}', true],
  ])('%s is %s', async (expression, expected) => {
    expect(await holds(expression)).toBe(expected);
  });

  it('gives the same answer for the second object', async () => {
    const predicate = await compileWhere('spec.containers.exists(c, c.name == wanted.name)', NOW);
    expect(predicate({ ...pod, wanted: { name: 'c1' } })).toBe(true);
    expect(predicate({ ...pod, wanted: { name: 'none' } })).toBe(false);
    expect(predicate({ ...pod, wanted: { name: 'c49' } })).toBe(true);
  });

  it.each([
    ['status.phase =', /^where: "status\.phase =" is no valid CEL condition: /],
    ['spec.replicas', /gives a number, not true or false/],
    ['spec.containers', /gives a list/],
    ['object', /gives an object/],
    ['__proto__', /^where: /],
  ])('%s is refused in one sentence', async (expression, message) => {
    const told = await holds(expression).then(
      (value) => (value ? 'true' : ''),
      (error: unknown) => (error as Error).message,
    );
    expect(told).toMatch(message);
    expect(told.length).toBeLessThan(500);
  });
});

/** Chains that double what they are given. */
const doubling = (seed: string, step: string, times: number): string => `[${seed}]${`.map(a, ${step})`.repeat(times)}`;

describe('a condition that would never end', () => {
  it.each([
    ['comprehensions within each other', `${'spec.containers.all(a, '.repeat(6)}true${')'.repeat(6)}`],
    ['those of lists of its own', [1, 2, 3, 4, 5].reduce((inner) => `[${'1,'.repeat(60)}1].exists(x, ${inner})`, '1 > 2')],
    ['texts that double', `${doubling(`"${'x'.repeat(2_000)}"`, 'a + a', 10)}[0].size() > 1`],
    ['lists that double', `${doubling('spec.containers', 'a + a + a + a + a', 8)}[0].size() > 1`],
    [
      'values that hold themselves twice',
      `${doubling('[1]', '[a, a, a, a, a, a]', 9)} == ${doubling('[1]', '[a, a, a, a, a, a]', 9)}`,
    ],
    [
      'looking for one of these in a list',
      `${doubling('[1]', '[a, a, a, a, a, a]', 9)}[0] in ${doubling('[1]', '[a, a, a, a, a, a]', 9)}`,
    ],
    ['joining a long text many times', 'spec.containers.map(a, spec.containers.map(b, status.log).join("")).join("") == "a"'],
    ['all of it under ||', `${'spec.containers.all(a, '.repeat(6)}true${')'.repeat(6)} || true == false`],
  ])('is stopped: %s', async (_, expression) => {
    const started = performance.now();
    await expect(holds(expression)).rejects.toThrow(/takes too (many steps|long)|too long a (text|list)/);
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it.each(['^(a+)+$', '(a|aa)+$', '.*.*.*.*.*x'])('takes no longer for %s, which others go astray on', async (pattern) => {
    expect(await holds(`status.message.matches("${pattern}")`)).toBe(false);
  });

  it('stays stopped for the objects that follow', async () => {
    const predicate = await compileWhere(`${'spec.containers.all(a, '.repeat(6)}true${')'.repeat(6)}`, NOW);
    // The same error, so that nothing was evaluated again.
    const [first, second] = [0, 1].map(() => {
      try {
        return predicate(pod);
      } catch (error) {
        return error;
      }
    });
    expect(first).toBeInstanceOf(Error);
    expect(second).toBe(first);
  });
});
