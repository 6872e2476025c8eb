import { BEGIN_SECONDS, DEBUG_SECONDS, debugSteps, PROFILE_NAMES } from '../../../../operations/change/index.ts';
import { RBAC, SURROUNDINGS } from '../../requirements/needs.ts';
import { SHARED } from '../../tool.ts';
import { defineChange } from './change-tool.ts';

export const debugTool = defineChange({
  name: 'kube_debug',
  title: 'Debug a pod or node',
  description:
    'Debug a pod (ephemeral container) or a copy of it, or a node (its files at /host): run a command of another image.',
  arguments: {
    kind: { type: 'string', enum: ['pod', 'node'] },
    name: { ...SHARED.name, required: true, maxLength: 253 },
    image: { type: 'string', required: true, maxLength: 500, description: 'with tools' },
    command: { type: 'string[]', description: 'argv' },
    container: { type: 'string', maxLength: 63, description: 'see its processes' },
    profile: { type: 'string', enum: PROFILE_NAMES },
    copy: { type: 'boolean', description: 'of the pod' },
    timeout: { type: 'integer', minimum: 1, maximum: 3_600, description: 'seconds' },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
  },
  toolset: 'exec',
  permission: 'exec',
  needs: [
    { of: [RBAC.pods], verbs: ['get'], why: 'the pod, and how the command has ended' },
    { of: [RBAC.ephemeralContainers], verbs: ['patch'], why: 'containers in running pods', permission: 'exec' },
    {
      of: [RBAC.pods],
      verbs: ['create', 'delete'],
      why: 'copies of pods and pods on nodes, which are removed afterwards',
      permission: 'exec',
    },
    { of: [RBAC.nodes], verbs: ['get'], why: 'whether a node exists', permission: 'exec' },
    { of: [RBAC.logs], verbs: ['get'], why: 'the output', optional: true },
    SURROUNDINGS,
  ],
  async propose({ cluster, namespace, ...question }, context) {
    const connection = await context.connect(cluster);
    const steps = await debugSteps(connection, { ...question, scope: context.scope(namespace, connection) });
    // A pod is ready while its command runs: what is waited for is the end of that, and it is told with the answer.
    return { steps, waitSeconds: (question.timeout ?? DEBUG_SECONDS) + BEGIN_SECONDS };
  },
});
