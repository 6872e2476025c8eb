import { oneNamespace, RUN_SECONDS, runSteps } from '../../../../operations/change/index.ts';
import { RBAC } from '../../requirements/needs.ts';
import { SHARED } from '../../tool.ts';
import { defineChange } from './change-tool.ts';

export const runTool = defineChange({
  name: 'kube_run',
  title: 'Run a command once',
  description: 'Run an image once as a Job, for a test, and tell its exit code and output; it is removed afterwards.',
  arguments: {
    image: { type: 'string', required: true, maxLength: 500, description: 'container image' },
    command: { type: 'string[]', description: 'program and arguments; no shell' },
    name: { ...SHARED.name, maxLength: 63 },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    env: { type: 'string', description: 'A=1,B=2' },
    timeout: { type: 'integer', minimum: 1, maximum: 3_600, description: 'seconds' },
  },
  needs: [
    { of: [RBAC.jobs], verbs: ['get', 'create'], why: 'the run' },
    { of: [RBAC.pods], verbs: ['list'], why: 'how it has ended' },
    { of: [RBAC.logs], verbs: ['get'], why: 'its output', optional: true },
  ],
  async propose({ cluster, namespace, ...question }, context) {
    const connection = await context.connect(cluster);
    const place = oneNamespace(context.scope(namespace, connection));
    const steps = runSteps({ ...question, cluster: connection.cluster, namespace: place });
    // The Job ends in its own time; what is added is for its pod to begin.
    return { steps, wait: true, waitSeconds: (question.timeout ?? RUN_SECONDS) + 30 };
  },
});
