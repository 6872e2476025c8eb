import { textAt, type KubernetesObject, type ResourceKind } from '../kubernetes/index.ts';
import { ConfigHandler } from './handlers/config.ts';
import { CustomResourceHandler } from './handlers/custom.ts';
import { DeploymentHandler } from './handlers/deployments.ts';
import type { ClientParts } from './handlers/kind-handler.ts';
import { PodHandler } from './handlers/pods.ts';
import { ServiceHandler } from './handlers/services.ts';
import { Resource } from './resource.ts';

/** What a client is made with. */
export interface ClientOptions {
  /** The namespace that is meant when a call names none. @default the manager's, else the context's, else `default` */
  readonly namespace?: string | undefined;
}

/** One cluster. Made by `manager.client(cluster)`; nothing is asked of the cluster before it is used. */
export class Client {
  readonly pods: PodHandler;
  readonly deployments: DeploymentHandler;
  readonly services: ServiceHandler;
  /** ConfigMaps and Secrets. */
  readonly config: ConfigHandler;
  readonly #parts: ClientParts;

  /** @internal */
  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.pods = new PodHandler(parts);
    this.deployments = new DeploymentHandler(parts);
    this.services = new ServiceHandler(parts);
    this.config = new ConfigHandler(parts);
  }

  /**
   * One kind of the cluster, request by request: what the server says is what comes back, and no plan and no journal
   * stand between.
   * @param kind as kubectl accepts it: `pods`, `Deployment`, `deploy`, `deployments.apps`, `apps/v1/Deployment`
   * @example
   * interface Widget extends KubernetesObject { readonly spec: { readonly size: number } }
   * for await (const widget of client.resource<Widget>('widgets.example.com').list()) console.log(widget.spec.size);
   */
  resource<T extends KubernetesObject = KubernetesObject>(kind: string): Resource<T> {
    return new Resource<T>(async (signal) => {
      const connection = await this.#parts.connect(signal);
      return { connection, kind: (await connection.resolve(kind)).kind, namespace: this.#parts.namespace(connection) };
    });
  }

  /**
   * One kind of the cluster, whose changes are planned and can be undone.
   * @param kind as kubectl accepts it
   */
  customResource<T extends KubernetesObject = KubernetesObject>(kind: string): CustomResourceHandler<T> {
    return new CustomResourceHandler<T>(this.#parts, kind);
  }

  /** All kinds that the cluster serves. */
  async kinds(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<readonly ResourceKind[]> {
    return (await (await this.#parts.connect(options.signal)).kinds()).kinds;
  }

  /** The server's version: `v1.36.3`. */
  async version(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<string> {
    const found = await (await this.#parts.connect(options.signal)).request({ verb: 'get', nonResource: '/version' });
    return textAt(found, 'gitVersion') ?? 'unknown';
  }
}
