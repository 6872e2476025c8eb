import { textAt, type ResourceRequest } from '../kubernetes/index.ts';
import { didYouMean } from '../platform/index.ts';
import { hasNamespaceRules, namespaceAllowed } from './permits.ts';
import type { Policy } from './policy.ts';
import { isReview, type Refusal } from './refusal.ts';
import { isNamespaces } from './request-shape.ts';

/**
 * What the rules about namespaces have against a request. They hold for what is in a namespace, for the Namespace object
 * itself, and for whatever goes to all namespaces at once.
 */
export function namespaceRefusal(request: ResourceRequest, policy: Policy): Refusal | undefined {
  if (!hasNamespaceRules(policy)) return undefined;
  const name = namespaceOf(request);
  if (name !== undefined) return namespaceAllowed(policy, name) ? undefined : forbiddenNamespace(name, policy);
  const setting = policy.namespaces.allow === undefined ? 'namespaces.deny' : 'namespaces.allow';
  if (request.verb === 'deletecollection' || (request.verb === 'create' && !isReview(request))) {
    return {
      because: 'it names no namespace, and could reach beyond those that are allowed',
      setting,
      advice: isNamespaces(request) ? 'Give the Namespace a name, without generateName.' : 'Name one namespace.',
    };
  }
  // A list or a watch goes out as it is: the response filter takes out what is forbidden.
  return undefined;
}

/**
 * The same request, with the metadata of each row's object where rows alone would not tell which namespace they are from:
 * the response filter goes by it. A request does not tell whether its kind is in namespaces at all.
 */
export function withRowObjects(request: ResourceRequest, policy: Policy): ResourceRequest {
  const isTold = request.namespace !== undefined || isNamespaces(request) || !isTableWithoutObjects(request);
  if (isTold || !hasNamespaceRules(policy)) return request;
  return { ...request, query: { ...request.query, includeObject: 'Metadata' } };
}

function forbiddenNamespace(name: string, policy: Policy): Refusal {
  const denied = policy.namespaces.deny.find((pattern) => pattern.matches(name));
  if (denied !== undefined) {
    return {
      because: `namespace "${name}" is denied by "${denied.text}"`,
      setting: 'namespaces.deny',
      advice: 'Ask about another namespace.',
    };
  }
  const allowed = (policy.namespaces.allow ?? []).map((pattern) => pattern.text);
  return {
    because: `namespace "${name}" is not among the allowed ones${didYouMean(name, allowed)}`,
    setting: 'namespaces.allow',
    advice: `Allowed: ${allowed.join(', ')}.`,
  };
}

/** The namespace that a request is about: the one it is sent to, or the Namespace object itself. */
function namespaceOf(request: ResourceRequest): string | undefined {
  if (request.namespace !== undefined) return request.namespace;
  if (!isNamespaces(request)) return undefined;
  return request.name ?? (request.verb === 'create' ? textAt(request.body, 'metadata', 'name') : undefined);
}

function isTableWithoutObjects(request: ResourceRequest): boolean {
  return /\bas=Table\b/i.test(request.accept ?? '') && request.query?.['includeObject'] === 'None';
}
