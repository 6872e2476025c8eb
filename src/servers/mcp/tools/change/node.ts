import {
  cordonStep,
  drainSteps,
  nodeLabelSteps,
  nodesOf,
  taintSteps,
  type NodesWanted,
} from '../../../../operations/change/index.ts';
import type { Connection } from '../../../../kubernetes/index.ts';
import { UsageError } from '../../../../platform/index.ts';
import { RBAC } from '../../requirements/needs.ts';
import { SHARED } from '../../tool.ts';
import { defineChange, type Proposal } from './change-tool.ts';

interface NodeQuestion extends NodesWanted {
  readonly set?: string | undefined;
  readonly force?: boolean | undefined;
  readonly delete_local?: boolean | undefined;
  readonly grace?: number | undefined;
}

const ACTIONS = ['cordon', 'uncordon', 'drain', 'taint', 'label'] as const;

/** What each action proposes. */
const PROPOSALS: Readonly<
  Record<(typeof ACTIONS)[number], (connection: Connection, question: NodeQuestion) => Promise<Proposal>>
> = {
  cordon: async (connection, question) => cordoned(connection, question, true),
  uncordon: async (connection, question) => cordoned(connection, question, false),
  drain: async (connection, { name, labels, force, delete_local: deleteLocal, grace }) =>
    drainSteps(connection, { name, labels, force, deleteLocal, gracePeriodSeconds: grace }),
  taint: async (connection, question) => ({
    steps: await taintSteps(connection, question, needed(question, 'dedicated=gpu:NoSchedule,old-')),
  }),
  label: async (connection, question) => ({
    steps: await nodeLabelSteps(connection, question, needed(question, 'tier=web,old-')),
  }),
};

export const nodeTool = defineChange({
  name: 'kube_node',
  title: 'Cordon, drain, taint nodes',
  description: 'Cordon, uncordon, drain (as disruption budgets allow), taint or label nodes.',
  arguments: {
    action: { type: 'string', required: true, enum: ACTIONS },
    name: SHARED.name,
    labels: SHARED.labels,
    cluster: SHARED.cluster,
    set: { type: 'string', description: 'taint k=v:NoSchedule,old-; label a=b,old-' },
    force: { type: 'boolean', description: 'drain pods without controller' },
    delete_local: { type: 'boolean', description: 'drain pods with emptyDir' },
    grace: SHARED.grace,
  },
  needs: [
    { of: [RBAC.nodes], verbs: ['get', 'list', 'patch'], why: 'cordon, taint, label' },
    { of: [RBAC.pods], verbs: ['get', 'list'], why: 'what a drain evicts' },
    { of: [RBAC.evictions], verbs: ['create'], why: 'drain' },
    { of: [RBAC.disruptionBudgets], verbs: ['list'], why: 'what blocks a drain' },
  ],
  async propose({ action, cluster, ...question }, context) {
    return PROPOSALS[action](await context.connect(cluster), question);
  },
});

async function cordoned(connection: Connection, question: NodesWanted, on: boolean): Promise<Proposal> {
  return { steps: (await nodesOf(connection, question)).map((node) => cordonStep(connection, node, on)) };
}

function needed({ set }: NodeQuestion, example: string): string {
  if (set !== undefined) return set;
  throw new UsageError('This action needs the argument "set".', {
    code: 'missing-argument',
    field: 'set',
    advice: `e.g. ${example}`,
  });
}
