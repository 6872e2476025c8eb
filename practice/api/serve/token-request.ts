import { invalid } from '../../status.ts';
import { timestamp } from '../../timestamp.ts';
import { ISSUER } from '../access/tokens.ts';
import { readBody } from './body.ts';
import { OBJECTS } from './media-types.ts';
import { sendJson } from './reply.ts';
import type { Resource } from './resource.ts';

const HOUR = 3600;
const SHORTEST = 600;

interface TokenRequest {
  readonly spec?: {
    readonly audiences?: readonly string[];
    readonly expirationSeconds?: number;
    readonly boundObjectRef?: unknown;
  };
}

/** Answers `POST …/serviceaccounts/{name}/token`. @throws StatusError (404, 422) */
export async function requestToken({ asked, store, kind, path, server }: Resource): Promise<void> {
  const { spec = {} } = ((await readBody(asked.request, OBJECTS)) ?? {}) as TokenRequest;
  const account = store.existing(kind, path.namespace, path.name ?? '');
  const expirationSeconds = spec.expirationSeconds ?? HOUR;
  if (expirationSeconds < SHORTEST) {
    const message = `Invalid value: ${expirationSeconds}: may not specify a duration less than 10 minutes`;
    throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
      { reason: 'FieldValueInvalid', message, field: 'spec.expirationSeconds' },
    ]);
  }
  const asks = spec.audiences ?? [];
  const audiences = asks.length === 0 ? [ISSUER] : asks;
  const { token, expiresAt } = server.tokens.issue(account, expirationSeconds, audiences);
  const { name, namespace } = account.metadata;
  sendJson(asked, 201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timestamp(store.clock.now()) },
    spec: { audiences, expirationSeconds, boundObjectRef: spec.boundObjectRef ?? null },
    status: { token, expirationTimestamp: timestamp(expiresAt) },
  });
}
