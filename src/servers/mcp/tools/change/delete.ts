import { deleteSteps } from '../../../../operations/change/index.ts';
import { PLANNED, SURROUNDINGS } from '../../requirements/needs.ts';
import { SHARED } from '../../tool.ts';
import { defineChange, OBJECTS } from './change-tool.ts';

export const deleteTool = defineChange({
  name: 'kube_delete',
  title: 'Delete objects',
  description: 'Delete objects by name or label selector.',
  arguments: {
    ...OBJECTS,
    propagation: { type: 'string', enum: ['Background', 'Foreground', 'Orphan'] },
    grace: SHARED.grace,
    wait: SHARED.wait,
  },
  needs: [{ of: 'changed', verbs: ['get', 'list', 'delete'], why: PLANNED }, SURROUNDINGS],
  async propose({ cluster, namespace, wait, grace, ...question }, context) {
    const connection = await context.connect(cluster);
    const scope = context.scope(namespace, connection);
    return { steps: await deleteSteps(connection, { ...question, scope, gracePeriodSeconds: grace }), wait };
  },
});
