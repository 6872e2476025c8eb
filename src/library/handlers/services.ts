import { at, listAt, listPages, numberAt, textAt } from '../../kubernetes/index.ts';
import { exposeSteps, type ExposeQuestion } from '../../operations/change/index.ts';
import type { CallOptions } from '../place.ts';
import { KindHandler, type ClientParts, type WriteCallOptions, type Written } from './kind-handler.ts';
import type { Service } from './objects.ts';

/** An address behind a Service. */
export interface Endpoint {
  readonly address: string;
  readonly ports: readonly { readonly name?: string | undefined; readonly port: number }[];
  /** Whether it is sent requests. */
  readonly ready: boolean;
  /** Undefined for what is no pod. */
  readonly pod: string | undefined;
  readonly node: string | undefined;
}

export interface ExposeCallOptions extends WriteCallOptions, Pick<ExposeQuestion, 'port' | 'type' | 'service'> {
  /** @default deployment */
  readonly kind?: string | undefined;
  /** A number, or the name that a container gives it. @default the port */
  readonly targetPort?: number | string | undefined;
}

/** The label of an EndpointSlice that names its Service. */
const SERVICE_NAME = 'kubernetes.io/service-name';

/** Services, and what is behind them. */
export class ServiceHandler extends KindHandler<Service> {
  /** @internal */
  constructor(parts: ClientParts) {
    super(parts, 'v1/Service');
  }

  /**
   * Creates a Service that leads to the pods of a workload.
   * @param options.port @default the ports of the containers
   * @param options.service the Service's name. @default the workload's
   * @throws UsageError where no port is known, or the pods have no labels
   */
  async expose(workload: string, options: ExposeCallOptions = {}): Promise<Written<Service>> {
    const { kind = 'deployment', port, targetPort, type, service, ...rest } = options;
    const target = targetPort === undefined ? undefined : String(targetPort);
    return this.write(rest, ({ connection, scope }) =>
      exposeSteps(connection, { kind, name: workload, scope, port, targetPort: target, type, service }),
    );
  }

  /** The addresses behind a Service, by its EndpointSlices; those that are ending are told as not ready. */
  async endpoints(name: string, options: CallOptions = {}): Promise<readonly Endpoint[]> {
    // A Service that is not there has no endpoints either, and nobody would notice.
    await this.get(name, options);
    const { connection, namespace } = await this.spot(options);
    const { kind } = await connection.resolve('endpointslices.discovery.k8s.io');
    const found: Endpoint[] = [];
    for await (const { items } of listPages(connection, kind, { namespace, labels: `${SERVICE_NAME}=${name}` })) {
      for (const slice of items) {
        const ports = listAt(slice, 'ports').flatMap((each) => portOf(each) ?? []);
        for (const endpoint of listAt(slice, 'endpoints')) found.push(...addressesOf(endpoint, ports));
      }
    }
    return found;
  }
}

function portOf(port: unknown): Endpoint['ports'][number] | undefined {
  const number = numberAt(port, 'port');
  const name = textAt(port, 'name') ?? '';
  return number === undefined ? undefined : { port: number, ...(name !== '' && { name }) };
}

function addressesOf(endpoint: unknown, ports: Endpoint['ports']): Endpoint[] {
  return listAt(endpoint, 'addresses').map((address) => ({
    address: String(address),
    ports,
    // Not told means ready: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
    ready: at(endpoint, 'conditions', 'ready') !== false,
    pod: textAt(endpoint, 'targetRef', 'kind') === 'Pod' ? textAt(endpoint, 'targetRef', 'name') : undefined,
    node: textAt(endpoint, 'nodeName'),
  }));
}
