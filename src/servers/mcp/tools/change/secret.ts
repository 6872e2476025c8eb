import { blocks, count, fence } from '../../../../answers/index.ts';
import { oneNamespace, rotateSteps, secretKeys, secretSteps } from '../../../../operations/change/index.ts';
import { RBAC } from '../../needs.ts';
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
  async read({ action, name, namespace, cluster }, context) {
    if (action !== 'keys' && action !== 'reveal') return undefined;
    const connection = await context.connect(cluster);
    const place = oneNamespace(context.scope(namespace, connection));
    if (action === 'reveal') return revealSecret({ cluster: connection.cluster, namespace: place, name }, context);
    const { type, keys } = await secretKeys(connection, { name, namespace: place });
    const lines = keys.map(({ key, bytes }) => (bytes === undefined ? key : `${key} (${count(bytes, 'byte')})`));
    const head = `Secret ${place}/${name} of cluster ${connection.cluster}: ${count(keys.length, 'key')}${type === undefined ? '' : `, type ${type}`}.`;
    return {
      text: () => blocks(head, lines.length > 0 && fence(lines.join('\n'))),
      data: () => ({
        cluster: connection.cluster,
        namespace: place,
        name,
        ...(type !== undefined && { type }),
        keys: keys.map(({ key, bytes }) => ({ key, ...(bytes !== undefined && { bytes }) })),
      }),
    };
  },
  async propose({ action, cluster, namespace, ...question }, context) {
    const connection = await context.connect(cluster);
    const wanted = { ...question, namespace: oneNamespace(context.scope(namespace, connection)) };
    return { steps: action === 'rotate' ? await rotateSteps(connection, wanted) : secretSteps(connection, wanted) };
  },
});
