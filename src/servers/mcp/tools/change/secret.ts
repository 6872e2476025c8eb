import { blocks, count, fence, plain, type Answer } from '../../../../answers/index.ts';
import type { Connection } from '../../../../kubernetes/index.ts';
import { oneNamespace, rotateSteps, secretKeys, secretSteps } from '../../../../operations/change/index.ts';
import { RBAC } from '../../requirements/needs.ts';
import { SHARED } from '../../tool.ts';
import { defineChange } from './change-tool.ts';
import { revealSecret } from './reveal.ts';

const ACTIONS = ['create', 'rotate', 'keys', 'reveal'] as const;

export const secretTool = defineChange({
  name: 'kube_secret',
  title: 'Make and rotate Secrets',
  description: 'Create a Secret with generated passwords and keys that nobody sees, rotate or list keys.',
  arguments: {
    action: { type: 'string', required: true, enum: ACTIONS },
    name: { ...SHARED.name, required: true },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    generate: { type: 'string', description: 'e.g. password,token:hex:16,signing:rsa' },
    set: { type: 'object', description: 'values by key' },
    type: { type: 'string', maxLength: 253, description: 'default Opaque' },
  },
  needs: [{ of: [RBAC.secrets], verbs: ['get', 'create', 'patch'], why: 'secrets that it makes and rotates' }],
  reads: {
    fits: ({ action }) => action === 'keys' || action === 'reveal',
    async answer({ action, name, namespace, cluster }, context) {
      const connection = await context.connect(cluster);
      const place = oneNamespace(context.scope(namespace, connection));
      return action === 'reveal'
        ? revealSecret({ cluster: connection.cluster, namespace: place, name }, context)
        : keysAnswer(connection, { namespace: place, name });
    },
  },
  async propose({ action, cluster, namespace, ...question }, context) {
    const connection = await context.connect(cluster);
    const wanted = { ...question, namespace: oneNamespace(context.scope(namespace, connection)) };
    return { steps: action === 'rotate' ? await rotateSteps(connection, wanted) : secretSteps(connection, wanted) };
  },
});

/** The keys of a Secret, which are no secret, and how long their values are. */
async function keysAnswer(
  connection: Connection,
  secret: { readonly namespace: string; readonly name: string },
): Promise<Answer> {
  const { cluster } = connection;
  const { namespace, name } = secret;
  const { type, keys } = await secretKeys(connection, secret);
  const lines = keys.map(({ key, bytes }) => (bytes === undefined ? key : `${key} (${count(bytes, 'byte')})`));
  const head = `Secret ${namespace}/${name} of cluster ${cluster}: ${count(keys.length, 'key')}${type === undefined ? '' : `, type ${type}`}.`;
  return {
    text: () => blocks(head, lines.length > 0 && fence(lines.join('\n'))),
    data: () => plain({ cluster, namespace, name, type, keys }),
  };
}
