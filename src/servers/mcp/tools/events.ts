import { sayScope } from '../../../fleet/index.ts';
import type { ResourceKind } from '../../../kubernetes/index.ts';
import { findEvents } from '../../../operations/index.ts';
import { listed } from '../input.ts';
import { DISCOVERY, RBAC } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';
import { eventsAnswer } from './events-answer.ts';
import { pageOf } from './paging.ts';
import { sinceSeconds } from './since.ts';

export const eventsTool = defineTool({
  name: 'kube_events',
  title: 'List events',
  description:
    'Events of a namespace or an object, newest first, repeated ones folded: why a pod is not scheduled, pulled, started or ready. Deleted objects too.',
  arguments: {
    kind: SHARED.kind,
    name: { ...SHARED.name, description: 'may hold *' },
    namespace: SHARED.namespace,
    type: { type: 'string', enum: ['Warning', 'Normal'], description: 'default both' },
    reason: { type: 'string', description: 'e.g. BackOff,FailedScheduling', maxLength: 500 },
    since: { type: 'string', description: 'e.g. 30m, 2h', maxLength: 40 },
    cluster: SHARED.cluster,
    limit: SHARED.limit,
    cursor: SHARED.cursor,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'core',
  // events.k8s.io serves the same objects; it is turned to only where a role has nothing else.
  needs: [{ of: [RBAC.events], verbs: ['list'], why: 'events' }],
  given: DISCOVERY,
  async run(input, context) {
    const connection = await context.connect(input.cluster);
    const kinds = input.kind === undefined ? [] : (await connection.resolveMany(input.kind)).map(({ kind }) => kind);
    const names = listed(input.name);
    const reasons = listed(input.reason);
    const now = context.now();
    const page = pageOf('kube_events', input, connection.cluster, context);
    const scope = context.scope(input.namespace, connection);
    const found = await findEvents(connection, {
      scope,
      ...(kinds.length > 0 && { kinds }),
      ...(names.length > 0 && { names }),
      type: input.type,
      reasons,
      since: input.since === undefined ? undefined : now - sinceSeconds('kube_events', input.since) * 1000,
    });
    const narrowed = [
      ...(kinds.length + names.length === 0 ? [] : [`about ${aboutOf(kinds, names)}`]),
      ...(input.type === undefined ? [] : [`type ${input.type}`]),
      ...(reasons.length === 0 ? [] : [`reason ${reasons.join(', ')}`]),
      ...(input.since === undefined ? [] : [`since ${input.since}`]),
    ];
    const clusterWide = kinds.length > 0 && kinds.every((kind) => !kind.namespaced);
    const place = `${clusterWide ? '' : `${sayScope(scope)} `}of cluster ${connection.cluster}`;
    return eventsAnswer(found, { place, cluster: connection.cluster, narrowed, reasons, page, now });
  },
});

/** `Pod/api-0`, as it stands in the column OBJECT; `Pod, Node`; `api-*`. */
function aboutOf(kinds: readonly ResourceKind[], names: readonly string[]): string {
  const [kind, ...others] = kinds.map((each) => each.kind);
  if (kind === undefined) return names.join(', ');
  if (names.length === 0 || others.length > 0)
    return [[kind, ...others].join(', '), names.join(', ')].filter((part) => part !== '').join(' ');
  return names.map((name) => `${kind}/${name}`).join(', ');
}
