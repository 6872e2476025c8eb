import { applySteps, oneNamespace } from '../../../../operations/change/index.ts';
import { PLANNED, SURROUNDINGS } from '../../requirements/needs.ts';
import { SHARED } from '../../tool.ts';
import { defineChange } from './change-tool.ts';

export const applyTool = defineChange({
  name: 'kube_apply',
  title: 'Apply manifests',
  description: 'Create or update objects from manifests (YAML or JSON, many documents) by server-side apply.',
  arguments: {
    manifests: { type: 'string', required: true, document: true, description: 'the objects' },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    force: { type: 'boolean', description: 'take over fields of other managers' },
    prune: { type: 'string', maxLength: 63, description: 'name of a set: deletes what it no longer holds' },
    wait: SHARED.wait,
  },
  needs: [{ of: 'changed', verbs: ['get', 'create', 'patch'], why: PLANNED }, SURROUNDINGS],
  async propose({ manifests, namespace, cluster, force, prune, wait }, context) {
    const connection = await context.connect(cluster);
    const place = oneNamespace(context.scope(namespace, connection));
    return { steps: await applySteps(connection, { manifests, namespace: place, force, prune }), wait };
  },
});
