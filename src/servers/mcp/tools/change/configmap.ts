import { configMapSteps, oneNamespace } from '../../../../operations/change/index.ts';
import { PLANNED, RBAC } from '../../requirements/needs.ts';
import { SHARED } from '../../tool.ts';
import { defineChange } from './change-tool.ts';

export const configMapTool = defineChange({
  name: 'kube_configmap',
  title: 'Edit a ConfigMap',
  description: 'Set or remove keys of a ConfigMap; creates one that is missing.',
  arguments: {
    name: { ...SHARED.name, required: true },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    set: { type: 'object', description: 'values by key' },
    remove: { type: 'string', description: 'keys by comma' },
  },
  needs: [{ of: [RBAC.configMaps], verbs: ['get', 'create', 'patch'], why: PLANNED }],
  async propose({ cluster, namespace, ...question }, context) {
    const connection = await context.connect(cluster);
    const place = oneNamespace(context.scope(namespace, connection));
    return { steps: await configMapSteps(connection, { ...question, namespace: place }) };
  },
});
