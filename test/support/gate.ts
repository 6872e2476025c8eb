/** Asks the gate, for tests of its rules. */
import { expect } from 'vitest';

import { createAudit, createGate, normalisePolicy, PolicyError, type PolicyOptions } from '../../src/access/index.ts';
import type { ApiRequest, ResourceRequest, Verb } from '../../src/kubernetes/index.ts';

const place = { cluster: 'prod', identity: 'me' };
const call = { origin: 'kube_get' };

/** Either the request that would be sent, or the refusal. */
export function ask(options: PolicyOptions, request: ApiRequest): ApiRequest | PolicyError {
  try {
    return createGate(normalisePolicy(options), createAudit()).admit(request, place, call);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    // Whatever is refused: what, where, why, and what to do instead.
    expect(error.message).toMatch(/^Refused by policy: \w.+ \(cluster prod\): \w.+[^ ]\.$/s);
    expect(error.advice).toMatch(/[\w*]\.$/);
    expect(error).toMatchObject({ name: 'PolicyError', code: 'policy' });
    return error;
  }
}

/** What a request met with: the rule that refused it, or `admitted`. */
export const ruleOf = (answer: unknown): string => (answer instanceof PolicyError ? answer.rule : 'admitted');

/** A request in short: `get pods/log shop web`, where `-` stands for nothing. */
export function request(text: string, more: Partial<ResourceRequest> = {}): ResourceRequest {
  const [verb = '', kind = '', namespace = '-', name = '-'] = text.split(' ');
  const [path = '', subresource] = kind.split('/');
  const [resource = '', ...group] = path.split('.');
  return {
    verb: verb as Verb,
    group: group.join('.'),
    version: 'v1',
    resource,
    ...(subresource !== undefined && { subresource }),
    ...(namespace !== '-' && { namespace }),
    ...(name !== '-' && { name }),
    ...more,
  };
}
