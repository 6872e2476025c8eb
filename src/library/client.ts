import { textAt, type Connection, type KubernetesObject, type ResourceKind } from '../kubernetes/index.ts';
import { Resource } from './resource.ts';

/** What a client is made with. */
export interface ClientOptions {
  /** The namespace that is meant when a call names none. @default the manager's, else the context's, else `default` */
  readonly namespace?: string | undefined;
}

/** One cluster. Made by `manager.client(cluster)`; nothing is asked of the cluster before it is used. */
export class Client {
  readonly #connect: (signal: AbortSignal | undefined) => Promise<Connection>;
  readonly #namespace: (connection: Connection) => string | undefined;

  /** @internal */
  constructor(
    connect: (signal: AbortSignal | undefined) => Promise<Connection>,
    namespace: (connection: Connection) => string | undefined,
  ) {
    this.#connect = connect;
    this.#namespace = namespace;
  }

  /**
   * One kind of the cluster, custom or built in.
   * @param kind as kubectl accepts it: `pods`, `Deployment`, `deploy`, `deployments.apps`, `apps/v1/Deployment`
   * @example
   * interface Widget extends KubernetesObject { readonly spec: { readonly size: number } }
   * for await (const widget of client.resource<Widget>('widgets.example.com').list()) console.log(widget.spec.size);
   */
  resource<T extends KubernetesObject = KubernetesObject>(kind: string): Resource<T> {
    return new Resource<T>(async (signal) => {
      const connection = await this.#connect(signal);
      return { connection, kind: (await connection.resolve(kind)).kind, namespace: this.#namespace(connection) };
    });
  }

  /** All kinds that the cluster serves. */
  async kinds(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<readonly ResourceKind[]> {
    return (await (await this.#connect(options.signal)).kinds()).kinds;
  }

  /** The server's version: `v1.36.3`. */
  async version(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<string> {
    const found = await (await this.#connect(options.signal)).request({ verb: 'get', nonResource: '/version' });
    return textAt(found, 'gitVersion') ?? 'unknown';
  }
}
