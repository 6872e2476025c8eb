import { explain } from '../../../operations/index.ts';
import { DISCOVERY } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';
import { explainAnswer } from './explain-answer.ts';

export const explainTool = defineTool({
  name: 'kube_explain',
  title: 'Explain fields of a kind',
  description:
    'Explain the fields (schema, documentation) of any kind, CRDs included: type, required, default, allowed values, description, as the cluster itself defines them.',
  arguments: {
    kind: { ...SHARED.kind, required: true, description: 'a path may follow: deployment.spec.strategy' },
    path: { type: 'string', description: 'e.g. spec.template.spec.containers', maxLength: 1_000 },
    depth: { type: 'integer', minimum: 1, maximum: 5, default: 1, description: 'levels of fields' },
    cluster: SHARED.cluster,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'core',
  needs: [],
  given: DISCOVERY,
  async run(input, context) {
    const connection = await context.connect(input.cluster);
    const depth = input.depth ?? 1;
    const explained = await explain(connection, { kind: input.kind, path: input.path, depth });
    return explainAnswer(explained, { cluster: connection.cluster, depth });
  },
});
