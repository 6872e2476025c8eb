import { mapBounded, UsageError } from '../../../platform/index.ts';
import { describe } from '../../../operations/describe/index.ts';
import { DISCOVERY, RBAC } from '../requirements/needs.ts';
import { listed } from '../input.ts';
import { defineTool, SHARED } from '../tool.ts';
import { answerDescriptions } from './describe/answer.ts';

/** More objects than this are a question for kube_get. */
const MOST_NAMES = 10;

/** Names that are described at the same time; each takes several requests of its own. */
const AT_ONCE = 3;

export const describeTool = defineTool({
  name: 'kube_describe',
  title: 'Describe an object',
  description:
    'Describe one object (pod, deployment, job, service, node, any kind) and say why it does not work: the cause first, with the log line, event or condition that shows it, then what it runs, owns, needs and is reached by, and its events. Instead of describe, events and logs one by one.',
  arguments: {
    kind: { ...SHARED.kind, required: true },
    name: { ...SHARED.name, required: true },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'read',
  toolset: 'core',
  needs: [
    { of: 'read', verbs: ['get', 'list'], why: 'the object, and what surrounds it' },
    { of: [RBAC.logs], verbs: ['get'], why: 'the last words of what crashed', optional: true },
  ],
  given: DISCOVERY,
  async run(input, context) {
    const connection = await context.connect(input.cluster);
    const scope = context.scope(input.namespace, connection);
    const names = listed(input.name);
    if (names.length === 0 || names.length > MOST_NAMES) {
      throw new UsageError(`kube_describe takes between 1 and ${MOST_NAMES} names, not ${names.length}.`, {
        code: 'invalid-argument',
        field: 'name',
        advice: 'kube_get lists many objects, each with what is wrong with it.',
      });
    }
    const now = context.now();
    const found = await mapBounded(names, AT_ONCE, (name) => describe(connection, { kind: input.kind, name, scope }, now));
    return answerDescriptions(found.flat(), now);
  },
});
