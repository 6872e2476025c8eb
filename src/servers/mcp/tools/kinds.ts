import { findKinds } from '../../../operations/index.ts';
import { DISCOVERY } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';
import { kindsAnswer } from './kinds-answer.ts';
import { pageOf } from './paging.ts';

export const kindsTool = defineTool({
  name: 'kube_kinds',
  title: 'List API resources',
  description:
    'List or search the kinds (API resources, CRDs) that a cluster serves: names, short names, group, version, scope, and API groups that are broken.',
  arguments: {
    search: { type: 'string', description: 'words in name, kind, short name, group or category', maxLength: 200 },
    group: { type: 'string', description: 'apps, apps/v1, or core', maxLength: 300 },
    namespaced: { type: 'boolean', description: 'false: only cluster-scoped ones' },
    verbs: { type: 'string', description: 'that it must know, e.g. list,watch', maxLength: 200 },
    cluster: SHARED.cluster,
    limit: SHARED.limit,
    cursor: SHARED.cursor,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'core',
  needs: [],
  given: DISCOVERY,
  async run(input, context) {
    const connection = await context.connect(input.cluster);
    const { search, group, namespaced } = input;
    const verbs = wordsOf(input.verbs);
    const page = pageOf('kube_kinds', input, connection.cluster, context);
    const found = await findKinds(connection, { search, group, namespaced, verbs });
    const narrowed = [
      ...(group === undefined ? [] : [`group ${group}`]),
      ...(namespaced === undefined ? [] : [namespaced ? 'namespaced' : 'cluster-scoped']),
      ...(verbs.length === 0 ? [] : [`with ${verbs.join(', ')}`]),
    ];
    return kindsAnswer(found, { cluster: connection.cluster, search, narrowed, page });
  },
});

function wordsOf(text: string | undefined): string[] {
  return (text ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
}
