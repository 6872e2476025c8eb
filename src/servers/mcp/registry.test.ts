import { describe, expect, it } from 'vitest';

import { normalisePolicy } from '../../access/index.ts';
import { schemaOf } from './input.ts';
import { INSTRUCTIONS } from './instructions.ts';
import { listedTool } from './tool-calls.ts';
import { SHARED } from './tool.ts';
import { TOOLS, toolsFor } from './tools/index.ts';

/** Types that every client's converter knows; anything else broke whole sessions in the field. */
const PORTABLE = new Set(['string', 'integer', 'boolean', 'array', 'object']);

describe('the registry', () => {
  it('lists the tools, in this order', () => {
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
        "kube_exec",
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
      const shared = name in SHARED;
      expect({ name, described: argument.description !== undefined }).toEqual({
        name,
        described: !shared || argument.description !== undefined,
      });
    }
  });

  it('has instructions that clients do not cut, and that explain every shared argument', () => {
    expect(INSTRUCTIONS.length).toBeLessThanOrEqual(1500);
    for (const name of Object.keys(SHARED)) expect(INSTRUCTIONS).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('costs an agent little', () => {
    // Three bytes of JSON make a token at least.
    const tokensOf = (tools: typeof TOOLS): number =>
      tools.reduce((sum, tool) => sum + JSON.stringify(listedTool(tool)).length / 3, 0);
    expect(tokensOf(toolsFor(normalisePolicy()))).toBeLessThan(3_000);
    expect(tokensOf(TOOLS)).toBeLessThan(6_000);
  });

  it('offers only what the policy leaves of any use', () => {
    expect(toolsFor(normalisePolicy()).every((tool) => tool.effect === 'read')).toBe(true);
    expect(toolsFor(normalisePolicy({ allowedOperations: ['watch'] }))).toEqual([]);
    const running = { mode: 'direct', allowedOperations: ['get', 'list', 'exec'] } as const;
    expect(toolsFor(normalisePolicy(running)).map(({ name }) => name)).toContain('kube_exec');
    expect(toolsFor(normalisePolicy({ ...running, dryRun: true })).map(({ name }) => name)).not.toContain('kube_exec');
  });
});
