import { labelSteps } from '../../../../operations/change/index.ts';
import { SHARED } from '../../tool.ts';
import { defineChange } from './change-tool.ts';

export const labelTool = defineChange({
  name: 'kube_label',
  title: 'Label and annotate',
  description: 'Set or remove labels and annotations of objects.',
  arguments: {
    kind: { ...SHARED.kind, required: true },
    name: SHARED.name,
    labels: SHARED.labels,
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    set: { type: 'string', description: 'labels: tier=web,old-' },
    annotate: { type: 'string', description: 'annotations likewise' },
  },
  async propose({ cluster, namespace, ...question }, context) {
    const connection = await context.connect(cluster);
    return { steps: await labelSteps(connection, { ...question, scope: context.scope(namespace, connection) }) };
  },
});
