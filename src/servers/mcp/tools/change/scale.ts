import { scaleSteps } from '../../../../operations/change/index.ts';
import { PLANNED, RBAC, SURROUNDINGS, scaleOf } from '../../requirements/needs.ts';
import { SHARED } from '../../tool.ts';
import { defineChange, OBJECTS } from './change-tool.ts';

export const scaleTool = defineChange({
  name: 'kube_scale',
  title: 'Scale workloads',
  description: 'Set the replicas of deployments, statefulsets or any kind that can be scaled.',
  arguments: {
    ...OBJECTS,
    replicas: { type: 'integer', required: true, minimum: 0, maximum: 1_000_000, description: 'how many' },
    wait: SHARED.wait,
  },
  needs: [
    { of: [RBAC.deployments, RBAC.statefulSets], verbs: ['get', 'list'], why: PLANNED },
    { of: [scaleOf(RBAC.deployments), scaleOf(RBAC.statefulSets)], verbs: ['get', 'patch'], why: 'replicas' },
    SURROUNDINGS,
  ],
  async propose({ cluster, namespace, wait, ...question }, context) {
    const connection = await context.connect(cluster);
    return { steps: await scaleSteps(connection, { ...question, scope: context.scope(namespace, connection) }), wait };
  },
});
