import { load } from 'js-yaml';
import { z } from 'zod';

import { WorldError } from './world-error.ts';
import type { World } from './world.ts';

/** `90s`, `25m`, `3h`, `2d`, as milliseconds. */
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const duration = z
  .string()
  .regex(/^\d+[smhd]$/, 'a length of time such as 90s, 25m, 3h or 2d')
  .transform((text) => Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 1));

const labels = z.record(z.string(), z.string());
const count = z.number().int().min(0);

const node = z.strictObject({
  name: z.string(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
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
    .strictObject({ seconds: z.number().optional(), error: z.enum(['NotFound', 'Unauthorized', 'Unreachable']).optional() })
    .optional(),
  log: z
    .array(z.strictObject({ atSeconds: z.number(), text: z.string(), stream: z.enum(['stdout', 'stderr']).optional() }))
    .optional(),
  repeats: z.strictObject({ everySeconds: z.number().positive(), lines: z.array(z.string()).min(1) }).optional(),
  exit: z
    .strictObject({
      afterSeconds: z.number(),
      code: count,
      reason: z.enum(['Completed', 'Error', 'OOMKilled']).optional(),
      message: z.string().optional(),
    })
    .optional(),
  readyAfterSeconds: z.union([z.number(), z.literal('never')]).optional(),
  unhealthyAfterSeconds: z.number().optional(),
  usage: z.strictObject({ cpu: z.string(), memory: z.string() }).optional(),
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
  nodes: z.array(node).default([]),
  images: z.record(z.string(), program).default({}),
  history: z.array(z.strictObject({ ago: duration, incident: z.string().optional(), apply: z.array(object).min(1) })).default([]),
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
