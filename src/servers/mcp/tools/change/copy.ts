import { copySteps } from '../../../../operations/change/index.ts';
import { defineChange, OBJECT } from './change-tool.ts';

export const copyTool = defineChange({
  name: 'kube_copy',
  title: 'Copy an object',
  description: 'Copy an object to another namespace, cluster or name.',
  arguments: {
    ...OBJECT,
    to_namespace: { type: 'string', maxLength: 63, description: 'if another' },
    to_cluster: { type: 'string', description: 'if another' },
    to_name: { type: 'string', maxLength: 253, description: 'if another' },
  },
  needs: [{ of: 'changed', verbs: ['get', 'create'], why: 'the original and the copy' }],
  async propose({ kind, name, namespace, cluster, ...to }, context) {
    const connection = await context.connect(cluster);
    const target = to.to_cluster === undefined ? connection : await context.connect(to.to_cluster);
    const original = { kind, name, scope: context.scope(namespace, connection) };
    return { steps: await copySteps(connection, original, { connection: target, namespace: to.to_namespace, name: to.to_name }) };
  },
});
