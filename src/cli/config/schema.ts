import * as z from 'zod';

import { SETTINGS } from '../settings/table.ts';
import type { Setting } from '../settings/types.ts';
import { changeRules } from './change-rules.ts';
import { cluster, duration } from './cluster-schema.ts';

const CLUSTERS =
  'The clusters that may be asked. With any here, contexts are offered only when kubeconfig or kubeconfig_contexts says so.';

/** The schema of fairlead.yaml: the clusters, every setting that has a key, and the rules about changes. */
export const configSchema = z
  .strictObject({
    clusters: z.array(cluster).min(1).meta({ description: CLUSTERS }).optional(),
    ...fieldsOf(SETTINGS),
    change_rules: changeRules.optional(),
  })
  .meta({ title: 'fairlead.yaml', description: 'The configuration of Fairlead. See docs/configuration.md.' });

/** The JSON Schema of fairlead.yaml, for editors. */
export function configJsonSchema(): unknown {
  return z.toJSONSchema(configSchema, { io: 'input' });
}

/** A field for each setting; `http.listen` becomes a field of the mapping `http`. */
function fieldsOf(settings: readonly Setting[]): Record<string, z.ZodType> {
  const fields: Record<string, z.ZodType> = {};
  const inside = new Map<string, Record<string, z.ZodType>>();
  for (const setting of settings) {
    if (setting.key === undefined) continue;
    const [first = '', second] = setting.key.split('.');
    const field = fieldOf(setting).optional();
    if (second === undefined) fields[first] = field;
    else inside.set(first, { ...inside.get(first), [second]: field });
  }
  for (const [name, members] of inside) {
    fields[name] = z.strictObject(members).meta({ description: 'MCP over HTTP: fairlead serve.' }).optional();
  }
  return fields;
}

function fieldOf(setting: Setting): z.ZodType {
  const { help, flag, env } = setting;
  const held = setting.default === undefined ? '' : ` Default: ${setting.default}.`;
  const description = `${help.slice(0, 1).toUpperCase()}${help.slice(1)}.${held} As a flag --${flag}, as a variable ${env}.`;
  switch (setting.type) {
    case 'switch':
      return z.boolean().meta({ description });
    case 'duration':
      return duration(description);
    case 'choice':
      return z.enum(setting.choices).meta({ description });
    case 'list': {
      const item = setting.items === undefined ? z.string().trim().min(1) : z.enum(setting.items);
      return z.array(item).min(1).meta({ description });
    }
    case 'number': {
      const number = setting.whole === true ? z.int() : z.number();
      const least = setting.above === undefined ? number.min(setting.least ?? 0) : number.gt(setting.above);
      return least.max(setting.most).meta({ description });
    }
    case 'text': {
      const { form } = setting;
      const text = z.string().trim().min(1);
      return (form === undefined ? text : text.regex(form.pattern, { error: `must be ${form.say}` })).meta({ description });
    }
  }
}
