import { describe, expect, it } from 'vitest';

import { normalisePolicy } from '../../access/index.ts';
import { tokensOf } from '../../answers/index.ts';
import { schemaOf } from './input.ts';
import { instructionsFor } from './instructions.ts';
import { listedTool } from './tool-calls.ts';
import { SHARED } from './tool.ts';
import { TOOLS, toolsFor } from './tools/index.ts';

/** Types that every client's converter knows; anything else broke whole sessions in the field. */
const PORTABLE = new Set(['string', 'integer', 'boolean', 'array', 'object']);

describe('the registry', () => {
  it('lists the tools in this order', () => {
    expect(TOOLS.map((tool) => tool.name)).toMatchInlineSnapshot(`
      [
        "kube_get",
        "kube_describe",
        "kube_logs",
        "kube_events",
        "kube_top",
        "kube_kinds",
        "kube_explain",
        "kube_can_i",
        "kube_wait",
        "kube_clusters",
        "kube_use",
        "kube_apply",
        "kube_patch",
        "kube_delete",
        "kube_scale",
        "kube_rollout",
        "kube_node",
        "kube_run",
        "kube_expose",
        "kube_label",
        "kube_secret",
        "kube_configmap",
        "kube_copy",
        "kube_batch",
        "kube_confirm",
        "kube_changes",
        "kube_undo",
        "kube_exec",
        "kube_debug",
        "kube_cp",
        "kube_http",
        "kube_port_forward",
      ]
    `);
  });

  it.each(TOOLS.map((tool) => [tool.name, tool] as const))('%s has a schema that every client accepts', (_, tool) => {
    const schema = schemaOf(tool.arguments);
    expect(Object.keys(schema).sort()).toEqual(
      ['additionalProperties', 'properties', 'required', 'type'].filter((key) => key in schema),
    );
    expect(schema.type).toBe('object');
    for (const [name, property] of Object.entries(schema.properties)) {
      expect(name).toMatch(/^[a-z][a-z_]*$/);
      expect(PORTABLE).toContain(property['type']);
      if (property['type'] === 'array') expect(property['items']).toEqual({ type: 'string' });
      for (const value of (property['enum'] as unknown[] | undefined) ?? []) expect(typeof value).toBe('string');
      for (const key of Object.keys(property))
        expect(['type', 'items', 'description', 'enum', 'default', 'minimum', 'maximum']).toContain(key);
    }
  });

  it.each(TOOLS.map((tool) => [tool.name, tool] as const))('%s is described in words that clients do not cut', (_, tool) => {
    expect(tool.name).toMatch(/^kube_[a-z_]{2,40}$/);
    expect(tool.description.length).toBeLessThanOrEqual(700);
    expect(tool.description.length).toBeGreaterThan(40);
    for (const [name, argument] of Object.entries(tool.arguments)) {
      // What is shared the instructions explain, and a list of values speaks for itself.
      const known = name in SHARED || argument.enum !== undefined;
      expect({ name, described: argument.description !== undefined || known }).toEqual({ name, described: true });
    }
  });

  it('has instructions that clients do not cut, and that explain every shared argument', () => {
    const instructions = instructionsFor(TOOLS);
    expect(instructions.length).toBeLessThanOrEqual(1500);
    for (const name of Object.keys(SHARED)) expect(instructions).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('asks under 3,000 tokens of a session for all tools that change something', () => {
    const listed = TOOLS.filter(({ toolset }) => toolset === 'change').map(listedTool);
    expect(tokensOf(JSON.stringify(listed))).toBeLessThan(3_000);
  });

  it('costs an agent little', () => {
    const cost = (tools: typeof TOOLS): number => tokensOf(JSON.stringify({ tools: tools.map(listedTool) }));
    // 10 kB, and what the protocol puts around it.
    expect(cost(toolsFor(normalisePolicy()))).toBeLessThan(3_300);
    expect(cost(TOOLS)).toBeLessThan(7_300);
  });

  it('offers only what the policy leaves of any use', () => {
    const reading = toolsFor(normalisePolicy());
    expect(reading.every((tool) => tool.effect === 'read')).toBe(true);
    expect(reading.filter(({ toolset }) => toolset === 'change').map(({ name }) => name)).toEqual([
      'kube_rollout',
      'kube_changes',
    ]);
    expect(toolsFor(normalisePolicy({ mode: 'plan' }))).toEqual(TOOLS.filter(({ permission }) => permission === undefined));
    expect(toolsFor(normalisePolicy({ mode: 'plan', allowedOperations: ['exec', 'port-forward'] }))).toEqual(TOOLS);
    expect(toolsFor(normalisePolicy({ allowedOperations: ['watch'] }))).toEqual([]);
    const running = { mode: 'direct', allowedOperations: ['get', 'list', 'exec'] } as const;
    expect(toolsFor(normalisePolicy(running)).map(({ name }) => name)).toContain('kube_exec');
    expect(toolsFor(normalisePolicy(running)).map(({ name }) => name)).not.toContain('kube_debug');
    expect(toolsFor(normalisePolicy({ ...running, dryRun: true })).map(({ name }) => name)).not.toContain('kube_exec');
  });
});
