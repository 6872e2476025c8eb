import { ProtocolError, ProtocolErrorCode, type Prompt } from '@modelcontextprotocol/server';

import { isClean } from '../../answers/index.ts';
import { didYouMean, quoted } from '../../platform/index.ts';
import type { Completer } from './completion.ts';
import type { PromptsOffer } from './offer.ts';
import type { ServerParts } from './parts.ts';

type Given = Readonly<Record<string, string | undefined>>;

/** A prompt as data: what it asks the agent to do, step by step. */
interface PromptText {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string }[];
  readonly text: (given: Given) => string;
}

const CLUSTER = { name: 'cluster', description: 'Name of the cluster; default: the current one.' };
const NAMESPACE = { name: 'namespace', description: 'Name of the namespace; default: all.' };

const PROMPTS: readonly PromptText[] = [
  {
    name: 'inspect-cluster',
    title: 'Inspect a cluster',
    description: 'Go through a cluster and report how it is: API server, nodes, workloads, warnings, usage.',
    arguments: [CLUSTER],
    text: ({
      cluster,
    }) => `Inspect ${cluster === undefined ? 'the current Kubernetes cluster' : `the Kubernetes cluster ${cluster}`} and report how it is. Change nothing.

1. ${call('kube_clusters', { cluster, probe: true })}: does it answer, which version, are its nodes ready?
2. ${call('kube_get', { kind: 'nodes', cluster })}: which nodes have problems?
3. ${call('kube_get', { kind: 'pods,deployments,statefulsets,daemonsets,jobs,persistentvolumeclaims', namespace: '*', cluster })}: what is not well?
4. ${call('kube_events', { namespace: '*', type: 'Warning', since: '1h', cluster })}: what went wrong lately?
5. ${call('kube_top', { kind: 'nodes', cluster })}: where does room run out?
6. kube_describe on the worst things found, at most five: what is the cause?

Report in this order: one sentence whether the cluster is well; what is broken, each with its cause and the line that shows it; what will break next; what could not be checked. Keep apart what you saw from what you conclude.`,
  },
  {
    name: 'find-problem',
    title: 'Find the problem',
    description: 'Find out what is broken in a namespace or a cluster, and why.',
    arguments: [NAMESPACE, CLUSTER],
    text: ({
      namespace,
      cluster,
    }) => `Find out what is broken ${namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`}${cluster === undefined ? '' : ` of cluster ${cluster}`}, and why. Change nothing.

1. ${call('kube_get', { kind: 'pods,deployments,statefulsets,daemonsets,jobs,services,ingresses,persistentvolumeclaims', namespace: namespace ?? '*', cluster })}: everything that is not well stands first, with the reason.
2. kube_describe on each thing that is not well, the owner before its pods (a deployment before its replicas): the answer begins with the cause.
3. ${call('kube_events', { namespace: namespace ?? '*', type: 'Warning', since: '1h', cluster })}: what does no object tell by itself?
4. Several symptoms often have one cause (a node, an image, a quota, a missing secret): look for what they have in common before going on.

Answer with the cause, the evidence for it word for word, whom it affects, and the smallest change that would mend it. If nothing is broken, say what was looked at.`,
  },
];

/** `kube_get {"kind":"pods"}`: how an agent is told to call a tool. */
function call(tool: string, given: Readonly<Record<string, string | boolean | undefined>>): string {
  return `${tool} ${JSON.stringify(given)}`;
}

/** Names of clusters and namespaces are no longer than this. */
const LONGEST = 253;

/** The prompts: ways through the tools that a person can choose from a menu. */
export function offerPrompts(parts: ServerParts, complete: Completer): PromptsOffer {
  return {
    listed: PROMPTS.map(({ name, title, description, arguments: taken }): Prompt => ({
      name,
      title,
      description,
      arguments: taken.map((argument) => ({ ...argument, required: false })),
    })),
    async get(name, given) {
      const prompt = PROMPTS.find((each) => each.name === name);
      if (prompt === undefined) throw new Error(`No prompt ${name} is listed.`);
      const text = prompt.text(checked(prompt, given));
      return { description: prompt.description, messages: [{ role: 'user', content: { type: 'text', text } }] };
    },
    complete: (_, typing, { request, session }) => {
      const origin = { name: 'completion/complete' };
      return complete(typing, parts.contextFor(origin, request.mcpReq.signal, { session, progress: undefined }));
    },
  };
}

/** What is given goes into a text for a model: only names that could be one, and none that we do not know. */
function checked(prompt: PromptText, given: Readonly<Record<string, string>>): Given {
  const names = prompt.arguments.map((argument) => argument.name);
  const entries = Object.entries(given).filter(([, value]) => value.trim() !== '');
  for (const [name, value] of entries) {
    if (!names.includes(name)) {
      const hint = didYouMean(name.slice(0, 60), names) || '.';
      throw invalid(`${prompt.name} has no argument ${quoted(name, 60)}${hint} Arguments: ${names.join(', ')}.`);
    }
    if (value.length > LONGEST || !isClean(value) || /\s/.test(value)) {
      throw invalid(`${prompt.name}: ${quoted(value)} is no name of a ${name}.`);
    }
  }
  return Object.fromEntries(entries);
}

function invalid(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message);
}
