import { load } from 'js-yaml';
import { z } from 'zod';

import { dnsSubdomain, quantityValue } from '../objects/index.ts';
import { LENGTH, lengthOf } from './length.ts';
import { WorldError } from './world-error.ts';
import type { World } from './world.ts';

const length = z.string().regex(LENGTH, 'a length of time such as 90s, 25m, 3h or 2d').transform(lengthOf);
const labels = z.record(z.string(), z.string());
const count = z.number().int().min(0);
const seconds = z.number().min(0);
const quantity = z
  .union([z.string(), z.number()])
  .refine((value) => (quantityValue(value) ?? -1n) >= 0n, 'an amount such as 500m, 4 or 8Gi')
  .transform(String);
const machineName = z
  .string()
  .refine((name) => dnsSubdomain(name).length === 0, 'lower-case letters, digits, dashes and single dots, not at an end');

const node = z.strictObject({
  name: machineName,
  cpu: quantity.optional(),
  memory: quantity.optional(),
  pods: count.optional(),
  labels: labels.optional(),
  taints: z
    .array(
      z.strictObject({
        key: z.string(),
        value: z.string().optional(),
        effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
      }),
    )
    .optional(),
  zone: z.string().optional(),
});

const service = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    paths: z.record(z.string(), z.strictObject({ status: count.optional(), body: z.string() })),
  }),
  z.strictObject({ kind: z.literal('echo') }),
]);

const program = z.strictObject({
  pull: z
    .strictObject({ seconds: seconds.optional(), error: z.enum(['NotFound', 'Unauthorized', 'Unreachable']).optional() })
    .optional(),
  log: z
    .array(z.strictObject({ atSeconds: seconds, text: z.string(), stream: z.enum(['stdout', 'stderr']).optional() }))
    .optional(),
  repeats: z.strictObject({ everySeconds: z.number().positive(), lines: z.array(z.string()).min(1) }).optional(),
  exit: z
    .strictObject({
      afterSeconds: seconds,
      code: count,
      reason: z.enum(['Completed', 'Error', 'OOMKilled']).optional(),
      message: z.string().optional(),
    })
    .optional(),
  readyAfterSeconds: z.union([seconds, z.literal('never')]).optional(),
  unhealthyAfterSeconds: seconds.optional(),
  usage: z.strictObject({ cpu: quantity, memory: quantity }).optional(),
  needsEnvironment: z.array(z.string()).optional(),
  ports: z.record(z.string(), service).optional(),
  files: z.record(z.string(), z.string()).optional(),
});

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

const world = z.strictObject({
  world: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes'),
  about: z.string(),
  nodes: z
    .array(node)
    .refine((nodes) => new Set(nodes.map(({ name }) => name)).size === nodes.length, 'two of one name')
    .default([]),
  images: z.record(z.string(), program).default({}),
  history: z.array(z.strictObject({ ago: length, incident: z.string().optional(), apply: z.array(object).min(1) })).default([]),
  crowd: z
    .strictObject({ pods: count.default(1_000), namespaces: count.min(1).optional(), churn: z.number().min(0).default(0) })
    .optional(),
});

/**
 * Understands a world that is written as YAML.
 * @param source where it is from, for messages
 * @throws WorldError with every mistake in it
 */
export function readWorld(text: string, source: string): World {
  let read: unknown;
  try {
    read = load(text);
  } catch (error) {
    throw new WorldError(`${source} is no valid YAML: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const checked = world.safeParse(read);
  if (!checked.success) {
    const mistakes = checked.error.issues.map(({ path, message }) => `  ${path.join('.') || 'the whole'}: ${message}`);
    throw new WorldError(`${source} is no world:\n${mistakes.slice(0, 10).join('\n')}`);
  }
  const { world: name, history, crowd, ...rest } = checked.data;
  return {
    ...rest,
    name,
    history: history.toSorted((a, b) => b.ago - a.ago),
    crowd: crowd && { ...crowd, namespaces: crowd.namespaces ?? Math.max(1, Math.ceil(crowd.pods / 100)) },
  } as World;
}
