import { labelSelector } from '../../objects/index.ts';
import type { Cluster } from '../cluster.ts';
import { conditionOf } from '../conditions.ts';
import type { Endpoint, EndpointPort, Service } from '../kinds.ts';
import { isOver } from '../pod-phase.ts';
import type { Pod } from '../shapes.ts';

/** Pods of a Service that serve the same ports: a named target port can be another number in each. */
export interface PortGroup {
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

function portsOf({ spec: { ports = [] } }: Service, pod: Pod): readonly EndpointPort[] {
  return ports.flatMap(({ name = '', port, targetPort = port, protocol = 'TCP', appProtocol }) => {
    const number =
      typeof targetPort === 'number'
        ? targetPort
        : pod.spec.containers
            .flatMap((container) => container.ports ?? [])
            .find((one) => one.name === targetPort && (one.protocol ?? 'TCP') === protocol)?.containerPort;
    return number === undefined ? [] : [{ name, port: number, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

function endpointOf(cluster: Cluster, service: Service, pod: Pod): Endpoint {
  const { namespace = '', name, uid, deletionTimestamp } = pod.metadata;
  const { nodeName, hostname, subdomain } = pod.spec;
  const serving = conditionOf(pod.status?.conditions, 'Ready')?.status === 'True';
  const terminating = deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const zone = cluster.get('nodes', undefined, nodeName ?? '')?.metadata.labels?.['topology.kubernetes.io/zone'];
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && subdomain === service.metadata.name && { hostname }),
    ...(nodeName !== undefined && { nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(zone !== undefined && { zone }),
  };
}

/** The endpoints of a Service, by the ports that they serve. */
export function endpointsOf(cluster: Cluster, service: Service): readonly PortGroup[] {
  const matches = labelSelector({ matchLabels: service.spec.selector ?? {} });
  const groups = new Map<string, { ports: readonly EndpointPort[]; endpoints: Endpoint[] }>();
  for (const pod of cluster.list('pods', service.metadata.namespace)) {
    if (!matches(pod.metadata.labels) || pod.status?.podIP === undefined || isOver(pod)) continue;
    const ports = portsOf(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    groups.set(key, group);
    group.endpoints.push(endpointOf(cluster, service, pod));
  }
  return [...groups.values()];
}
