import { exposeSteps } from '../../../../operations/change/index.ts';
import { RBAC, WORKLOADS } from '../../requirements/needs.ts';
import { defineChange, OBJECT } from './change-tool.ts';

export const exposeTool = defineChange({
  name: 'kube_expose',
  title: 'Expose a workload',
  description: 'Create a Service that leads to the pods of a workload.',
  arguments: {
    ...OBJECT,
    port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'its port' },
    target_port: { type: 'string', maxLength: 63, description: 'number or name' },
    type: { type: 'string', enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
    service: { type: 'string', maxLength: 63, description: 'its name' },
  },
  needs: [
    { of: [...WORKLOADS, RBAC.pods], verbs: ['get'], why: 'what is exposed' },
    { of: [RBAC.services], verbs: ['get', 'create'], why: 'the service' },
  ],
  async propose({ cluster, namespace, target_port: targetPort, ...question }, context) {
    const connection = await context.connect(cluster);
    return { steps: await exposeSteps(connection, { ...question, targetPort, scope: context.scope(namespace, connection) }) };
  },
});
