import { ProtocolError, ProtocolErrorCode, type ReadResourceResult, type Resource } from '@modelcontextprotocol/server';

import { Budget, clean, fill, MAX_TOKENS, slim, toYaml } from '../../answers/index.ts';
import { probe, type ClusterEntry } from '../../fleet/index.ts';
import { isKubernetesError } from '../../kubernetes/index.ts';
import { readText } from '../../operations/files/index.ts';
import { getNamed } from '../../operations/index.ts';
import { isFairlead, UsageError } from '../../platform/index.ts';
import { errorText } from './call.ts';
import type { Completer } from './completion.ts';
import { missingResource } from './handlers/resources.ts';
import type { Exchange, ResourcesOffer, Typing } from './offer.ts';
import {
  clusterUri,
  FILE_TEMPLATE,
  isKubeUri,
  MAIN_CONTAINER,
  NO_NAMESPACE,
  OBJECT_TEMPLATE,
  parseUri,
  type FileAddress,
  type ObjectAddress,
} from './resource-uri.ts';
import type { ServerParts } from './parts.ts';
import type { ToolContext } from './tool.ts';
import { inTime } from './tools/copy-time.ts';
import { MOST_OF_RESOURCE } from './tools/cp-answer.ts';

/** YAML since RFC 9512. */
const YAML = 'application/yaml';
const TEXT = 'text/plain';
/** Who asks, in the audit. */
const READ = { name: 'resources/read' } as const;
const COMPLETE = { name: 'completion/complete' } as const;
const LIST = { name: 'resources/list' } as const;

/**
 * Clusters, their objects and, where kube_cp is on offer, files of containers as resources. What is read is what the tools
 * show, without its fence: a resource's contents are data by their nature. Only clusters are listed; objects are found by
 * completion, and files by the answers of kube_cp.
 */
export function offerResources(parts: ServerParts, complete: Completer): ResourcesOffer {
  const contextFor = (origin: { readonly name: string }, { request, session }: Exchange): ToolContext =>
    parts.contextFor(origin, request.mcpReq.signal, { session, progress: undefined });
  const files = {
    name: 'file',
    title: 'File in a container',
    uriTemplate: FILE_TEMPLATE,
    description: `The text of a file, secrets left out. container is ${MAIN_CONTAINER} for the main one.`,
    mimeType: TEXT,
  };
  return {
    templates: [
      {
        name: 'object',
        title: 'Kubernetes object',
        uriTemplate: OBJECT_TEMPLATE,
        description: `One object as YAML, secrets left out. namespace is ${NO_NAMESPACE} for kinds that have none.`,
        mimeType: YAML,
      },
      ...(parts.tools.some(({ name }) => name === 'kube_cp') ? [files] : []),
    ],
    async list(exchange) {
      try {
        return (await contextFor(LIST, exchange).clusters()).map(clusterResource);
      } catch (error) {
        // Many clients list resources when they connect: a wrong configuration is told to who asks a question, and must
        // not look like a broken server before.
        if (!(error instanceof UsageError)) throw error;
        return [];
      }
    },
    owns: isKubeUri,
    async read(uri, exchange) {
      const context = contextFor(READ, exchange);
      try {
        const { cluster, object, file } = parseUri(uri);
        if (file !== undefined) return { contents: [{ uri, mimeType: TEXT, text: await readFile(file, context) }] };
        const text = object === undefined ? await readCluster(cluster, context) : await readObject(object, context);
        return { contents: [{ uri, mimeType: YAML, text }] } satisfies ReadResourceResult;
      } catch (error) {
        context.signal.throwIfAborted();
        if (!isFairlead(error)) parts.onDefect?.(error);
        throw protocolError(uri, error, exchange);
      }
    },
    async complete(template, typing, exchange) {
      const known = template === FILE_TEMPLATE ? { ...typing.known, kind: 'pods' } : typing.known;
      const found = await complete({ ...typing, known }, contextFor(COMPLETE, exchange));
      if (template === FILE_TEMPLATE) return found;
      return typing.variable === 'namespace' && isNoNamespace(typing) ? [...found, NO_NAMESPACE] : found;
    },
  };
}

function clusterResource({ name, current }: ClusterEntry): Resource {
  return {
    uri: clusterUri(name),
    name,
    title: `Cluster ${name}`,
    description: `How the cluster is${current ? '; the current one' : ''}.`,
    mimeType: YAML,
  };
}

function isNoNamespace({ value }: Typing): boolean {
  return NO_NAMESPACE.startsWith(value);
}

async function readObject(address: ObjectAddress, context: ToolContext): Promise<string> {
  const connection = await context.connect(address.cluster);
  const { kind } = await connection.resolve(address.kind);
  if (kind.namespaced !== (address.namespace !== undefined)) {
    const mended = kind.namespaced ? 'Name the namespace' : `Write ${NO_NAMESPACE} for the namespace`;
    throw new UsageError(`A ${kind.kind} has ${kind.namespaced ? 'a' : 'no'} namespace.`, {
      code: 'invalid-argument',
      field: 'namespace',
      advice: `${mended}: ${OBJECT_TEMPLATE}.`,
    });
  }
  const object = await getNamed(connection, { kind, namespace: address.namespace ?? '', name: address.name });
  return bounded(toYaml(slim(object)));
}

/** Whole: a client that reads a resource decides by itself how much of it the agent sees. */
async function readFile(file: FileAddress, context: ToolContext): Promise<string> {
  const connection = await context.connect(file.cluster);
  return inTime(connection, async (timed) => clean(await readText(timed, file, MOST_OF_RESOURCE)));
}

async function readCluster(name: string, context: ToolContext): Promise<string> {
  const connection = await context.connect(name);
  const health = await probe(connection, context.now());
  const { cluster, server, identity, namespace } = connection;
  const { status, reach, version, nodes, reasons } = health;
  return bounded(
    toYaml({
      cluster,
      server,
      identity,
      namespace: namespace ?? 'default',
      status,
      reach,
      ...(version !== undefined && { version }),
      ...(nodes !== undefined && { nodes }),
      ...(reasons.length > 0 && { reasons }),
    }),
  );
}

/** No object may fill a client's whole context. */
function bounded(yaml: string): string {
  return fill([clean(yaml)], (text) => text, new Budget(MAX_TOKENS)).text;
}

/** What does not exist and what cannot exist is one code of the protocol, everything else another. */
function protocolError(uri: string, error: unknown, { modern }: Exchange): ProtocolError {
  const message = errorText(error);
  const missing = error instanceof UsageError || isKubernetesError(error, 'not-found');
  return missing ? missingResource(uri, message, modern) : new ProtocolError(ProtocolErrorCode.InternalError, message);
}
