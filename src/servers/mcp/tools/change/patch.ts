import { patchSteps } from '../../../../operations/change/index.ts';
import { PLANNED, SURROUNDINGS } from '../../requirements/needs.ts';
import { SHARED } from '../../tool.ts';
import { defineChange, OBJECTS } from './change-tool.ts';

export const patchTool = defineChange({
  name: 'kube_patch',
  title: 'Patch objects',
  description: 'Patch fields of objects: strategic or merge patch, or JSON patch operations.',
  arguments: {
    ...OBJECTS,
    patch: { type: 'string', required: true, document: true, description: 'e.g. {"spec":{"paused":true}}' },
    type: { type: 'string', enum: ['strategic', 'merge', 'json'], description: 'default what fits' },
    subresource: { type: 'string', maxLength: 63, description: 'e.g. status' },
    wait: SHARED.wait,
  },
  needs: [{ of: 'changed', verbs: ['get', 'list', 'patch'], why: PLANNED }, SURROUNDINGS],
  async propose({ cluster, namespace, wait, ...question }, context) {
    const connection = await context.connect(cluster);
    return { steps: await patchSteps(connection, { ...question, scope: context.scope(namespace, connection) }), wait };
  },
});
