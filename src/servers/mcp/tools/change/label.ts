import { labelSteps } from '../../../../operations/change/index.ts';
import { PLANNED } from '../../requirements/needs.ts';
import { defineChange, OBJECTS } from './change-tool.ts';

export const labelTool = defineChange({
  name: 'kube_label',
  title: 'Label and annotate',
  description: 'Set or remove labels and annotations of objects.',
  arguments: {
    ...OBJECTS,
    set: { type: 'string', description: 'labels: tier=web,old-' },
    annotate: { type: 'string', description: 'annotations likewise' },
  },
  needs: [{ of: 'changed', verbs: ['get', 'list', 'patch'], why: PLANNED }],
  async propose({ cluster, namespace, ...question }, context) {
    const connection = await context.connect(cluster);
    return { steps: await labelSteps(connection, { ...question, scope: context.scope(namespace, connection) }) };
  },
});
