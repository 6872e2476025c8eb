import { isRead, textAt, type ResourceRequest } from '../kubernetes/index.ts';
import { quoted } from '../platform/index.ts';
import type { PolicySetting } from './policy.ts';

/** Why a request is refused. */
export interface Refusal {
  readonly because: string;
  readonly setting?: PolicySetting;
  readonly advice: string;
}

/** `delete pods "web-1" in namespace shop`. */
export function sayRequest(request: ResourceRequest): string {
  const name = request.name ?? textAt(request.body, 'metadata', 'name');
  const object = name === undefined ? '' : ` ${quoted(name, 80)}`;
  const where = request.namespace === undefined ? '' : ` in namespace ${quoted(request.namespace, 80)}`;
  return `${request.verb} ${sayKind(request)}${object}${where}`;
}

/** `deployments.apps/scale`. */
export function sayKind(request: ResourceRequest): string {
  const group = request.group === '' ? '' : `.${request.group}`;
  const subresource = request.subresource === undefined ? '' : `/${request.subresource}`;
  return `${request.resource}${group}${subresource}`.slice(0, 160);
}

/** A create that only asks about rights. */
export function isReview(request: ResourceRequest): boolean {
  return request.verb === 'create' && isRead(request);
}
