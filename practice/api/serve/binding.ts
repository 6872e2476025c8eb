import type { KubeObject } from '../../model.ts';
import { conflict } from '../../status.ts';
import { timestamp } from '../../timestamp.ts';
import { readBody } from './body.ts';
import { OBJECTS } from './media-types.ts';
import { sendJson } from './reply.ts';
import type { Resource } from './resource.ts';
import { writingOf } from './write.ts';

/** Answers `POST …/pods/{name}/binding`: what a scheduler does. @throws StatusError (404, 409) */
export async function bind(resource: Resource): Promise<void> {
  const { asked, store, kind, path } = resource;
  const body = (await readBody(asked.request, OBJECTS)) as { readonly target?: { readonly name?: string } } | undefined;
  const pod = store.existing(kind, path.namespace, path.name ?? '');
  const spec = pod['spec'] as { readonly nodeName?: string };
  if (spec.nodeName !== undefined && spec.nodeName !== '') {
    const why = `pod ${pod.metadata.name} is already assigned to node "${spec.nodeName}"`;
    throw conflict({ group: '', plural: 'pods/binding', name: pod.metadata.name }, why);
  }
  const writing = { ...writingOf(resource), checked: false };
  const bound: KubeObject = { ...pod, spec: { ...spec, nodeName: body?.target?.name ?? '' } };
  const written = store.updateAs(kind, bound, { ...writing, subresource: 'binding' });
  store.updateAs(kind, scheduled(written, timestamp(store.clock.now())), { ...writing, subresource: 'status' });
  sendJson(asked, 201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 });
}

function scheduled(pod: KubeObject, at: string): KubeObject {
  const status = (pod['status'] ?? {}) as { readonly conditions?: readonly { readonly type: string }[] };
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled');
  const condition = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: at };
  return { ...pod, status: { ...status, conditions: [...others, condition] } };
}
