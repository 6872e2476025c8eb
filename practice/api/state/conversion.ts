import type { KubeObject, ServedKind } from '../../model.ts';
import { apiVersionOf } from './registry.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How a version of a kind differs from the one in which its objects are kept. */
interface Conversion {
  /** `apiVersion` of the kept ones. */
  readonly kept: string;
  readonly show: (kept: Fields) => Fields;
  readonly keep: (shown: Fields) => Fields;
}

/** What `events.k8s.io/v1` calls the fields of an Event of `v1`. */
const EVENT_FIELDS: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  reportingComponent: 'reportingController',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
};

const renamed = (fields: Fields, names: Readonly<Record<string, string>>): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [names[name] ?? name, value]));

const backwards = (names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(names).map(([from, to]) => [to, from]));

interface Metric {
  readonly type: string;
  readonly resource?: {
    readonly name: string;
    readonly target?: { readonly type: string; readonly averageUtilization?: number };
    readonly current?: { readonly averageUtilization?: number };
  };
}

const fieldsOf = (value: unknown): Fields => (value ?? {}) as Fields;
const metricsOf = (value: unknown): readonly Metric[] => (value ?? []) as readonly Metric[];
const isCpu = ({ type, resource }: Metric): boolean => type === 'Resource' && resource?.name === 'cpu';

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  'events.k8s.io/v1 Event': {
    kept: 'v1',
    show: (kept) => renamed(kept, EVENT_FIELDS),
    keep: (shown) => renamed(shown, backwards(EVENT_FIELDS)),
  },
  'autoscaling/v1 HorizontalPodAutoscaler': { kept: 'autoscaling/v2', show: showScaler, keep: keepScaler },
};

/** Version 1 knows the processor's target alone. */
function showScaler(kept: Fields): Fields {
  const { metrics, behavior: _b, ...spec } = fieldsOf(kept['spec']);
  const { currentMetrics, conditions: _c, ...status } = fieldsOf(kept['status']);
  const target = metricsOf(metrics).find(isCpu)?.resource?.target?.averageUtilization;
  const current = metricsOf(currentMetrics).find(isCpu)?.resource?.current?.averageUtilization;
  return {
    ...kept,
    spec: { ...spec, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    status: { currentReplicas: 0, ...status, ...(current !== undefined && { currentCPUUtilizationPercentage: current }) },
  };
}

function keepScaler(shown: Fields): Fields {
  const { targetCPUUtilizationPercentage: averageUtilization, ...spec } = fieldsOf(shown['spec']);
  const { currentCPUUtilizationPercentage: _, ...status } = fieldsOf(shown['status']);
  const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
  return {
    ...shown,
    spec: { ...spec, ...(averageUtilization !== undefined && { metrics: [cpu] }) },
    ...('status' in shown && { status }),
  };
}

/** An object as one version of its kind shows it. */
export function inVersion(kind: ServedKind, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(kind);
  if (object.apiVersion === apiVersion) return object;
  const conversion = CONVERSIONS[`${apiVersion} ${kind.kind}`];
  return { ...((conversion?.show(object) ?? object) as KubeObject), apiVersion };
}

/** An object of a version as it is kept. @param kept the kind in the version that objects are kept in unless the table says otherwise */
export function keptForm(kept: ServedKind, kind: ServedKind, object: KubeObject): KubeObject {
  const conversion = CONVERSIONS[`${object.apiVersion} ${kind.kind}`];
  const apiVersion = conversion?.kept ?? apiVersionOf(kept);
  if (object.apiVersion === apiVersion) return object;
  return { ...((conversion?.keep(object) ?? object) as KubeObject), apiVersion };
}
