import type { Answer } from '../../../answers/index.ts';
import { parseScope } from '../../../fleet/index.ts';
import { isKubernetesError, NAMESPACES } from '../../../kubernetes/index.ts';
import { getNamed } from '../../../operations/index.ts';
import { isFairlead, UsageError } from '../../../platform/index.ts';
import { RBAC } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';

export const useTool = defineTool({
  name: 'kube_use',
  title: 'Choose cluster and namespace',
  description: 'Choose the current cluster (context) and namespace of this session, or without arguments say which they are.',
  arguments: { cluster: SHARED.cluster, namespace: SHARED.namespace },
  effect: 'read',
  toolset: 'core',
  needs: [{ of: [RBAC.namespaces], verbs: ['get'], why: 'whether a namespace exists', optional: true }],
  async run(input, context): Promise<Answer> {
    const { session } = context;
    const connection = await context.connect(input.cluster);
    const scope = parseScope(input.namespace);
    if (scope === '*' || (scope !== undefined && scope.length > 1)) {
      throw new UsageError('kube_use takes one namespace; pass namespace "*" or several to the tool that reads.', {
        code: 'invalid-argument',
        field: 'namespace',
      });
    }
    const namespace = scope?.[0];
    let note = '';
    if (namespace !== undefined) {
      try {
        await getNamed(connection, { kind: NAMESPACES, namespace: '', name: namespace });
      } catch (error) {
        context.signal.throwIfAborted();
        if (!isFairlead(error) || isKubernetesError(error, 'not-found')) throw error;
        note = ' Whether the namespace exists could not be checked.';
      }
    }
    if (input.cluster !== undefined) {
      // A namespace belongs to its cluster: it does not come along to another one.
      if (session.cluster !== connection.cluster) session.namespace = undefined;
      session.cluster = connection.cluster;
    }
    if (namespace !== undefined) session.namespace = namespace;
    const [current = 'default'] = context.scope(undefined, connection);
    return {
      text: () => `Current: cluster ${connection.cluster} as ${connection.identity}, namespace ${current}.${note}`,
      data: () => ({ cluster: connection.cluster, identity: connection.identity, namespace: current }),
    };
  },
});
