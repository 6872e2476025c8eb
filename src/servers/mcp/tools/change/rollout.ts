import { ROLLOUT_ACTIONS, rolloutSteps, type RolloutAction } from '../../../../operations/change/index.ts';
import { RBAC, WORKLOADS, type Need } from '../../requirements/needs.ts';
import { defineTool, SHARED } from '../../tool.ts';
import { defineChange, OBJECT } from './change-tool.ts';
import { readRollout, READINGS, type Reading } from './rollout-answer.ts';

const REVISION = { type: 'integer', minimum: 1 } as const;

const READING_NEEDS: readonly Need[] = [
  { of: WORKLOADS, verbs: ['get'], why: 'status, and what is changed' },
  { of: [RBAC.replicaSets], verbs: ['get', 'list'], why: 'revisions of deployments' },
  {
    of: [RBAC.controllerRevisions],
    verbs: ['get', 'list'],
    why: 'revisions of statefulsets and daemonsets',
    optional: true,
  },
];

/** What is left of it where nothing may be changed. */
const reading = defineTool({
  name: 'kube_rollout',
  title: 'Rollout status and history',
  description: 'Rollout status of a deployment, statefulset or daemonset, or its history with what each revision changed.',
  arguments: {
    action: { type: 'string', required: true, enum: READINGS },
    ...OBJECT,
    revision: { ...REVISION, description: 'of the history' },
  },
  effect: 'read',
  toolset: 'change',
  needs: READING_NEEDS,
  run: async (input, context) => readRollout(input, context),
});

export const rolloutTool = defineChange({
  name: 'kube_rollout',
  title: 'Manage a rollout',
  description:
    'Rollout of a deployment, statefulset or daemonset: status, history, undo to a revision, restart, pause, resume, set image, env or resources.',
  arguments: {
    action: { type: 'string', required: true, enum: [...READINGS, ...ROLLOUT_ACTIONS] },
    ...OBJECT,
    revision: { ...REVISION, description: 'for history, undo' },
    set: { type: 'string', description: 'app=web:2 | A=1,B- | limits.cpu=1' },
    container: { type: 'string', maxLength: 63, description: 'of env, resources; default all' },
    wait: SHARED.wait,
  },
  needs: [...READING_NEEDS, { of: WORKLOADS, verbs: ['patch'], why: 'new revisions' }],
  reading,
  reads: {
    fits: ({ action }) => isReading(action),
    answer: ({ action, ...input }, context) => readRollout({ ...input, action: action as Reading }, context),
  },
  async propose({ action, cluster, namespace, wait, ...question }, context) {
    const connection = await context.connect(cluster);
    const scope = context.scope(namespace, connection);
    const asked = { ...question, action: action as RolloutAction, scope };
    return { steps: await rolloutSteps(connection, asked, context.now()), wait };
  },
});

function isReading(action: string): action is Reading {
  return (READINGS as readonly string[]).includes(action);
}
