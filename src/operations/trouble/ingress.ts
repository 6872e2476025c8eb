import { at, listAt, numberAt, textAt, type KubernetesObject } from '../../kubernetes/index.ts';
import { refOf, type Finding, type FindingCode } from './finding.ts';
import { some } from './words.ts';

/** GKE's controller serves these without an IngressClass of the name. */
const CLASSES_WITHOUT_OBJECT: ReadonlySet<string> = new Set(['gce', 'gce-internal']);

/** What else is known when an Ingress is judged. */
export interface IngressContext {
  /** All Services of its namespace. */
  readonly services?: readonly KubernetesObject[] | undefined;
  /** All IngressClasses. */
  readonly classes?: readonly KubernetesObject[] | undefined;
}

/** One place that an Ingress sends requests to. */
export interface Backend {
  /** `shop.example.com/api`; `*` where all hosts are meant. */
  readonly route: string;
  readonly service: string;
  readonly port: string | number | undefined;
}

export function backendsOf(ingress: KubernetesObject): Backend[] {
  const backend = (route: string, entry: unknown): Backend[] => {
    const service = textAt(entry, 'service', 'name');
    const port = numberAt(entry, 'service', 'port', 'number') ?? textAt(entry, 'service', 'port', 'name');
    return service === undefined ? [] : [{ route, service, port }];
  };
  const rules = listAt(ingress, 'spec', 'rules').flatMap((rule) =>
    listAt(rule, 'http', 'paths').flatMap((path) =>
      backend(`${textAt(rule, 'host') ?? '*'}${textAt(path, 'path') ?? '/'}`, at(path, 'backend')),
    ),
  );
  return [...rules, ...backend('default', at(ingress, 'spec', 'defaultBackend'))];
}

/** What is the matter with an Ingress: backends or a class that do not exist. */
export function ingressTrouble(ingress: KubernetesObject, { services, classes }: IngressContext = {}): Finding[] {
  const found: Finding[] = [];
  const wanted = textAt(ingress, 'spec', 'ingressClassName');
  if (
    classes !== undefined &&
    wanted !== undefined &&
    !CLASSES_WITHOUT_OBJECT.has(wanted) &&
    !classes.some((entry) => entry.metadata?.name === wanted)
  ) {
    const names = classes.flatMap((entry) => entry.metadata?.name ?? []);
    found.push(
      of(
        ingress,
        'broken',
        'class-missing',
        `its IngressClass ${wanted} does not exist`,
        names.length === 0 ? 'there is none at all' : `there are ${some(names, 5)}`,
      ),
    );
  }
  if (services === undefined) return found;
  for (const { route, service, port } of uniqueBackends(backendsOf(ingress))) {
    const target = services.find((entry) => entry.metadata?.name === service);
    if (target === undefined) {
      found.push(of(ingress, 'broken', 'backend-missing', `${route} leads nowhere`, `Service ${service} does not exist`));
      continue;
    }
    const ports = listAt(target, 'spec', 'ports');
    const fits = port === undefined || ports.some((entry) => numberAt(entry, 'port') === port || textAt(entry, 'name') === port);
    if (fits) continue;
    const has = ports.map((entry) =>
      [textAt(entry, 'name'), numberAt(entry, 'port')].filter((part) => part !== undefined).join(' '),
    );
    found.push(
      of(
        ingress,
        'broken',
        'port-mismatch',
        `${route} leads nowhere`,
        `Service ${service} has no port ${port}; it has ${some(has, 5) || 'none'}`,
      ),
    );
  }
  return found;
}

function uniqueBackends(backends: readonly Backend[]): Backend[] {
  return [...new Map(backends.map((backend) => [`${backend.service}:${backend.port ?? ''}`, backend])).values()];
}

function of(ingress: KubernetesObject, severity: Finding['severity'], code: FindingCode, what: string, why: string): Finding {
  return { severity, code, subject: refOf(ingress), what, why };
}
