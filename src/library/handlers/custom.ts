import type { Json, KubernetesObject } from '../../kubernetes/index.ts';
import { scaleSteps, subjectOf } from '../../operations/change/index.ts';
import { KindHandler, type WriteCallOptions, type Written } from './kind-handler.ts';

/** Objects of any kind, those of custom resources above all. Made by `client.customResource(kind)`. */
export class CustomResourceHandler<T extends KubernetesObject = KubernetesObject> extends KindHandler<T> {
  /** Changes the status, for kinds that keep it apart. @param status what is to be other in it */
  async patchStatus(name: string, status: Json, options: WriteCallOptions = {}): Promise<Written<T>> {
    return this.write(options, ({ connection, kind, scope }) => [
      {
        action: 'patch',
        cluster: connection.cluster,
        subject: subjectOf(kind, name, scope),
        type: 'merge',
        patch: { status },
        subresource: 'status',
      },
    ]);
  }

  /** Sets how many replicas are wanted. @throws UsageError (`not-scalable`) for a kind that has none, naming those that have */
  async scale(name: string, replicas: number, options: WriteCallOptions = {}): Promise<Written<T>> {
    return this.write(options, ({ connection, scope }) => scaleSteps(connection, { kind: this.kind, name, scope, replicas }));
  }
}
