import { UsageError } from '../../../platform/index.ts';
import { DISCOVERY } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';
import { answerGroups } from './get/groups.ts';
import { answerListing } from './get/listing.ts';
import { answerNamed } from './get/named.ts';
import { answerObjects } from './get/objects.ts';
import { answerProjection } from './get/projection.ts';
import { understand } from './get/understand.ts';

const OUTPUTS = ['table', 'wide', 'yaml', 'json', 'names', 'count'] as const;

export const getTool = defineTool({
  name: 'kube_get',
  title: 'Get or list objects',
  description:
    'Get or list Kubernetes objects of any kind: pods, deployments, services, nodes, custom resources. Lists begin with counts, then everything that is not well with the reason, then the rest; one named object comes as YAML.',
  arguments: {
    kind: { ...SHARED.kind, required: true },
    name: SHARED.name,
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    labels: SHARED.labels,
    fields: SHARED.fields,
    where: { type: 'string', description: 'CEL condition on each object, e.g. spec.replicas > 3' },
    select: { type: 'string', description: 'only these paths, e.g. spec.nodeName,spec.containers[*].image, or JMESPath' },
    sort: { type: 'string', description: 'column or selected value; -age: largest first' },
    output: { type: 'string', enum: OUTPUTS, description: 'default table; yaml for one name' },
    group_by: { type: 'string', description: 'count by column or path, e.g. status, node, metadata.labels.app' },
    limit: SHARED.limit,
    cursor: SHARED.cursor,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'core',
  needs: [{ of: 'read', verbs: ['get', 'list'], why: 'what is asked for' }],
  given: DISCOVERY,
  async run(input, context) {
    const question = await understand(input, context);
    if (input.group_by !== undefined) return answerGroups(question, input.group_by);
    if (input.name !== undefined) return answerNamed(question, input.name, { output: input.output, select: input.select });
    if (input.select !== undefined) {
      if (input.output !== undefined && input.output !== 'table' && input.output !== 'json') {
        throw new UsageError(`select decides what is shown; it goes with output table or json, not ${input.output}.`, {
          code: 'invalid-argument',
          field: 'output',
        });
      }
      return answerProjection(question, input.select);
    }
    if (input.output === 'yaml' || input.output === 'json') return answerObjects(question);
    return answerListing(question, input.output ?? 'table');
  },
});
