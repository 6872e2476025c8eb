import { at, listAt, mapAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { backendsOf, endpointsOf, hpaTrouble, selectorFits, selects, type Finding } from '../trouble/index.ts';
import type { AutoscalerFacts, BudgetFacts, Facts, IngressFacts, ServiceFacts } from './facts.ts';
import type { Found, Lookup } from './lookup.ts';

/** What leads to the pods of a workload, scales and protects them. */
export interface Reach {
  readonly facts: Pick<Facts, 'services' | 'ingresses' | 'autoscalers' | 'budgets'>;
  readonly findings: readonly Finding[];
}

/** Labels of a slice that say which Service it belongs to. */
const SERVICE_NAME = 'kubernetes.io/service-name';

/** Services of a namespace that select pods with these labels. */
export async function servicesOf(look: Lookup, namespace: string | undefined, labels: Readonly<Record<string, string>>) {
  const services = await look.list('', 'Service', { namespace });
  return services?.items.filter((service) => selects(mapAt(service, 'spec', 'selector'), labels));
}

export async function slicesOf(
  look: Lookup,
  namespace: string | undefined,
  services: readonly string[],
): Promise<Found | undefined> {
  if (services.length === 0) return { items: [], complete: true };
  return look.list('discovery.k8s.io', 'EndpointSlice', { namespace, labels: `${SERVICE_NAME} in (${services.join(',')})` });
}

export function serviceFacts(services: readonly KubernetesObject[], slices: Found | undefined): ServiceFacts[] {
  return services.map((service) => {
    const name = service.metadata?.name ?? '';
    const own = slices?.items.filter((slice) => slice.metadata?.labels?.[SERVICE_NAME] === name);
    return { name, type: textAt(service, 'spec', 'type') ?? 'ClusterIP', ports: portsOf(service), ...(own && endpointsOf(own)) };
  });
}

/** `80→8080`, `http 80→web`, with the protocol where it is not TCP. */
export function portsOf(service: KubernetesObject): string[] {
  return listAt(service, 'spec', 'ports').map((entry) => {
    const port = numberAt(entry, 'port') ?? 0;
    const target = numberAt(entry, 'targetPort') ?? textAt(entry, 'targetPort') ?? port;
    const protocol = textAt(entry, 'protocol');
    const node = numberAt(entry, 'nodePort');
    return `${port}${target === port ? '' : `→${target}`}${protocol === undefined || protocol === 'TCP' ? '' : `/${protocol}`}${node === undefined ? '' : ` (node ${node})`}`;
  });
}

export function ingressFacts(ingress: KubernetesObject, service?: string): IngressFacts {
  return {
    name: ingress.metadata?.name ?? '',
    className: textAt(ingress, 'spec', 'ingressClassName'),
    routes: backendsOf(ingress)
      .filter((backend) => service === undefined || backend.service === service)
      .map((backend) => `${backend.route} → ${backend.service}:${backend.port ?? ''}`),
  };
}

/** The Ingresses of a namespace that lead to one of these Services. */
export async function ingressesOf(
  look: Lookup,
  namespace: string | undefined,
  services: readonly string[],
): Promise<KubernetesObject[] | undefined> {
  if (services.length === 0) return [];
  const ingresses = await look.list('networking.k8s.io', 'Ingress', { namespace });
  return ingresses?.items.filter((ingress) => backendsOf(ingress).some(({ service }) => services.includes(service)));
}

export function budgetFacts(pdb: KubernetesObject): BudgetFacts {
  const min = at(pdb, 'spec', 'minAvailable');
  const max = at(pdb, 'spec', 'maxUnavailable');
  return {
    name: pdb.metadata?.name ?? '',
    rule: min === undefined ? `max unavailable ${numberOrText(max)}` : `min ${numberOrText(min)}`,
    allowed: numberAt(pdb, 'status', 'disruptionsAllowed'),
    healthy: numberAt(pdb, 'status', 'currentHealthy'),
    expected: numberAt(pdb, 'status', 'expectedPods'),
  };
}

export function autoscalerFacts(hpa: KubernetesObject): AutoscalerFacts {
  return {
    name: hpa.metadata?.name ?? '',
    target: `${textAt(hpa, 'spec', 'scaleTargetRef', 'kind') ?? ''} ${textAt(hpa, 'spec', 'scaleTargetRef', 'name') ?? ''}`,
    min: numberAt(hpa, 'spec', 'minReplicas') ?? 1,
    max: numberAt(hpa, 'spec', 'maxReplicas') ?? 0,
    current: numberAt(hpa, 'status', 'currentReplicas'),
    desired: numberAt(hpa, 'status', 'desiredReplicas'),
    metrics: listAt(hpa, 'spec', 'metrics').map((metric, index) =>
      sayMetric(metric, listAt(hpa, 'status', 'currentMetrics')[index]),
    ),
  };
}

/** `cpu 12%/70%`; `?` for a value that the cluster does not know. */
function sayMetric(metric: unknown, current: unknown): string {
  const type = textAt(metric, 'type') ?? '';
  const key = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  const name = textAt(metric, key, 'name') ?? textAt(metric, key, 'metric', 'name') ?? type;
  const value = (source: unknown, prefix: string): string | undefined => {
    const utilization = numberAt(source, `${prefix}Utilization`);
    return utilization === undefined ? undefined : `${utilization}%`;
  };
  const target = at(metric, key, 'target');
  const now = at(current, key, 'current');
  const wanted = value(target, 'average') ?? textAt(target, 'averageValue') ?? textAt(target, 'value') ?? '?';
  const has =
    value(now, 'average') ??
    textAt(now, wanted.endsWith('%') ? 'averageUtilization' : 'averageValue') ??
    textAt(now, 'value') ??
    '?';
  return `${name} ${has}/${wanted}`;
}

/**
 * Everything that leads to, scales or protects the pods of a workload: Services and what they reach, Ingresses,
 * autoscalers, budgets. Four lists, two of them only when there is a Service.
 */
export async function readReach(
  look: Lookup,
  workload: KubernetesObject,
  labels: Readonly<Record<string, string>>,
  now: number,
): Promise<Reach> {
  const { namespace, name } = workload.metadata ?? {};
  const [network, hpas, pdbs] = await Promise.all([
    readNetwork(look, namespace, labels),
    look.list('autoscaling', 'HorizontalPodAutoscaler', { namespace }),
    look.list('policy', 'PodDisruptionBudget', { namespace }),
  ]);
  const scaling = hpas?.items.filter(
    (hpa) =>
      textAt(hpa, 'spec', 'scaleTargetRef', 'kind') === workload.kind && textAt(hpa, 'spec', 'scaleTargetRef', 'name') === name,
  );
  const protecting = pdbs?.items.filter((pdb) => selectorFits(at(pdb, 'spec', 'selector'), labels));
  return {
    facts: {
      ...network,
      ...(scaling && { autoscalers: scaling.map(autoscalerFacts) }),
      ...(protecting && { budgets: protecting.map(budgetFacts) }),
    },
    // A workload works while its autoscaler does not; that its budget allows no eviction now is told with the budget.
    findings: (scaling ?? []).flatMap((hpa) => hpaTrouble(hpa, now)).map((finding) => ({ ...finding, severity: 'warning' })),
  };
}

export async function readNetwork(
  look: Lookup,
  namespace: string | undefined,
  labels: Readonly<Record<string, string>>,
): Promise<Pick<Facts, 'services' | 'ingresses'>> {
  const services = await servicesOf(look, namespace, labels);
  if (services === undefined) return {};
  const names = services.flatMap((service) => service.metadata?.name ?? []);
  const [slices, ingresses] = await Promise.all([slicesOf(look, namespace, names), ingressesOf(look, namespace, names)]);
  return {
    services: serviceFacts(services, slices),
    ...(ingresses && { ingresses: ingresses.map((ingress) => ingressFacts(ingress)) }),
  };
}

function numberOrText(value: unknown): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '?';
}
