import { AGE, field, NAME, text, viewPrinter, type Named } from './column.ts';
import { firstOf } from './text.ts';

interface Target {
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}

interface Source {
  readonly name?: string;
  readonly target?: Target;
  readonly current?: Target;
}

/** A metric of the spec, with a target, or of the status, with a current value; under the name of its type. */
type Metric = { readonly type: string } & { readonly [source in SourceField]?: Source };
type SourceField = 'resource' | 'containerResource' | 'pods' | 'object' | 'external';

interface Autoscaler extends Named {
  readonly spec?: {
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly metrics?: readonly Metric[];
  };
  readonly status?: { readonly currentReplicas?: number; readonly currentMetrics?: readonly Metric[] | null };
}

/** autoscaling/v1 knows CPU alone. */
interface OldAutoscaler {
  readonly spec?: { readonly targetCPUUtilizationPercentage?: number };
  readonly status?: { readonly currentCPUUtilizationPercentage?: number };
}

function viewOf(old: OldAutoscaler & Autoscaler): Autoscaler {
  const target = old.spec?.targetCPUUtilizationPercentage;
  if (target === undefined) return old;
  const current = old.status?.currentCPUUtilizationPercentage;
  const cpu = (source: Source): Metric => ({ type: 'Resource', resource: { name: 'cpu', ...source } });
  return {
    ...old,
    spec: { ...old.spec, metrics: [cpu({ target: { averageUtilization: target } })] },
    status: {
      ...old.status,
      ...(current !== undefined && { currentMetrics: [cpu({ current: { averageUtilization: current } })] }),
    },
  };
}

const UNKNOWN = '<unknown>';

const percent = (value: number | undefined): string | undefined => (value === undefined ? undefined : `${value}%`);

/** The server takes what has no value for a value of nothing. */
const ZERO = '0';

type Write = (target: Target, current: Target | undefined, name: string) => string;

/** A resource by its name: an amount, or a percentage of what is requested. */
const resource: Write = (target, current, name) =>
  target.averageValue === undefined
    ? `${name}: ${percent(current?.averageUtilization) ?? UNKNOWN}/${percent(target.averageUtilization) ?? '<auto>'}`
    : `${name}: ${current === undefined ? UNKNOWN : (current.averageValue ?? ZERO)}/${target.averageValue}`;

const value: Write = (target, current) =>
  target.averageValue === undefined
    ? `${current === undefined ? UNKNOWN : (current.value ?? ZERO)}/${target.value ?? ZERO}`
    : `${current?.averageValue ?? UNKNOWN}/${target.averageValue} (avg)`;

const average: Write = (target, current) =>
  `${current === undefined ? UNKNOWN : (current.averageValue ?? ZERO)}/${target.averageValue ?? ZERO}`;

const TYPES: Readonly<Record<string, { readonly source: SourceField; readonly write: Write }>> = {
  Resource: { source: 'resource', write: resource },
  ContainerResource: { source: 'containerResource', write: resource },
  Pods: { source: 'pods', write: average },
  Object: { source: 'object', write: value },
  External: { source: 'external', write: value },
};

const SHOWN = 2;

function targetsText({ spec, status }: Autoscaler): string {
  const metrics = spec?.metrics ?? [];
  const texts = metrics.map((metric, index) => {
    const type = TYPES[metric.type];
    if (type === undefined) return '<unknown type>';
    const { target = {}, name = '' } = metric[type.source] ?? {};
    return type.write(target, status?.currentMetrics?.[index]?.[type.source]?.current, name);
  });
  return metrics.length === 0 ? '<none>' : firstOf(texts, SHOWN, ', ');
}

export const HORIZONTAL_POD_AUTOSCALER = viewPrinter<Autoscaler>(
  (object) => viewOf(object),
  [
    NAME,
    text(
      'Reference',
      field('autoscaling.v2.HorizontalPodAutoscalerSpec.scaleTargetRef'),
      ({ spec }) => `${spec?.scaleTargetRef?.kind ?? ''}/${spec?.scaleTargetRef?.name ?? ''}`,
    ),
    text('Targets', field('autoscaling.v2.HorizontalPodAutoscalerSpec.metrics'), targetsText),
    text(
      'MinPods',
      field('autoscaling.v2.HorizontalPodAutoscalerSpec.minReplicas'),
      ({ spec }) => `${spec?.minReplicas ?? '<unset>'}`,
    ),
    text('MaxPods', field('autoscaling.v2.HorizontalPodAutoscalerSpec.maxReplicas'), ({ spec }) => spec?.maxReplicas ?? 0),
    text(
      'Replicas',
      field('autoscaling.v2.HorizontalPodAutoscalerStatus.currentReplicas'),
      ({ status }) => status?.currentReplicas ?? 0,
    ),
    AGE,
  ],
);
