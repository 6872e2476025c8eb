import type { Cancel, Store } from '../../model.ts';
import { labelSelector } from '../../objects/index.ts';
import { programOf, type Images } from '../../programs/index.ts';
import { clusterAs, keyOf, splitKey, type Cluster } from '../cluster.ts';
import { withCondition } from '../conditions.ts';
import { eventRecorder, type Recorder } from '../event-recorder.ts';
import type { HorizontalPodAutoscaler, MetricSpec } from '../kinds.ts';
import { amountOf, bytesQuantity, milliOf, milliQuantity } from '../quantity.ts';
import type { Pod } from '../shapes.ts';
import { isActive, isReady } from '../workloads/index.ts';
import { workQueue, type WorkQueue } from '../work-queue.ts';

const PERIOD_MS = 15_000;
/** So far from its target a metric may be without anything being done. */
const TOLERANCE = 0.1;
const DEFAULT_USAGE = { cpu: '1m', memory: '8Mi' };
/** The smallest of what was recommended within these seconds is what a workload shrinks to. */
const STABILIZATION_SECONDS = 300;

const TARGETS = { Deployment: 'deployments.apps', ReplicaSet: 'replicasets.apps', StatefulSet: 'statefulsets.apps' } as const;

/** Scales workloads by what their pods use, which their programs say. */
export function startAutoscaling(store: Store, images: Images): Cancel {
  const cluster = clusterAs(store, 'kube-controller-manager');
  const recorder = eventRecorder(cluster, 'horizontal-pod-autoscaler');
  /** What was recommended of late, by autoscaler. */
  const recommended = new Map<string, Recommendation[]>();
  /**
   * Autoscalers that found everything as it should be, and when, by namespace: until something changes there, every look
   * would find and recommend the same, and is left out.
   */
  const settled = new Map<string, Map<string, number>>();
  const queue: WorkQueue = workQueue(store.clock, (key) => {
    const { namespace, name } = splitKey(key);
    const autoscaler = cluster.get('horizontalpodautoscalers.autoscaling', namespace, name);
    if (autoscaler === undefined) {
      recommended.delete(key);
      return;
    }
    const past = recommended.get(key) ?? [];
    recommended.set(key, past);
    const isSettled = sync({ cluster, recorder, images, past }, autoscaler);
    const after = cluster.get('horizontalpodautoscalers.autoscaling', namespace, name);
    if (!isSettled || after !== autoscaler) return queue.addAfter(key, PERIOD_MS);
    const quiet = settled.get(namespace ?? '') ?? new Map<string, number>();
    settled.set(namespace ?? '', quiet.set(key, store.clock.now()));
  });
  /** Something has changed in a namespace: its autoscalers look when they would have looked next. */
  const stir = (namespace = ''): void => {
    const now = store.clock.now();
    for (const [key, since] of settled.get(namespace) ?? []) {
      const past = recommended.get(key) ?? [];
      const last = past.at(-1);
      const looked = now - ((now - since) % PERIOD_MS);
      if (last !== undefined) past.push({ ...last, at: looked });
      queue.addAfter(key, looked + PERIOD_MS - now);
    }
    settled.delete(namespace);
  };
  const stops = (['pods', ...Object.values(TARGETS)] as const).map((resource) =>
    cluster.store.watch(resource, ({ object }) => stir(object.metadata.namespace)),
  );
  stops.push(
    cluster.follow('horizontalpodautoscalers.autoscaling', ({ type, object, before }) => {
      stir(object.metadata.namespace);
      if (type !== 'MODIFIED' || before?.spec !== object.spec) queue.add(keyOf(object));
    }),
  );
  return () => {
    for (const end of stops) end();
    queue.stop();
  };
}

interface Recommendation {
  readonly at: number;
  readonly replicas: number;
}

interface Tools {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly images: Images;
  readonly past: Recommendation[];
}

interface Measured {
  readonly replicas: number;
  readonly metric: unknown;
  readonly name: string;
}

/** True when it is as it should be, and will be so until something changes. */
function sync(tools: Tools, autoscaler: HorizontalPodAutoscaler): boolean {
  const { cluster, recorder } = tools;
  const { scaleTargetRef, maxReplicas, minReplicas = 1, metrics = [] } = autoscaler.spec;
  const resource = TARGETS[scaleTargetRef.kind as keyof typeof TARGETS];
  const target = resource && cluster.get(resource, autoscaler.metadata.namespace, scaleTargetRef.name);
  const report = reporter(cluster, autoscaler);
  if (resource === undefined || target === undefined) {
    const message = `${(resource ?? scaleTargetRef.kind).toLowerCase()} "${scaleTargetRef.name}" not found`;
    recorder.event(autoscaler, 'Warning', 'FailedGetScale', message);
    report.condition(
      'AbleToScale',
      'False',
      'FailedGetScale',
      `the HPA controller was unable to get the target's current scale: ${message}`,
    );
    report.write({ desiredReplicas: autoscaler.status?.desiredReplicas ?? 0 });
    return false;
  }
  const current = target.spec.replicas ?? 1;
  report.condition('AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale");
  if (current === 0) {
    report.condition(
      'ScalingActive',
      'False',
      'ScalingDisabled',
      'scaling is disabled since the replica count of the target is zero',
    );
    report.write({ currentReplicas: 0, desiredReplicas: 0 });
    return false;
  }
  const matches = labelSelector(target.spec.selector);
  const pods = cluster.list('pods', autoscaler.metadata.namespace).filter((pod) => matches(pod.metadata.labels) && isActive(pod));
  const measured = metrics.map((metric) => measure(tools, metric, pods, current));
  const failures = measured.filter((one) => typeof one === 'string');
  const [failure] = failures;
  const known = measured.filter((one) => typeof one !== 'string');
  const [highest] = [...known].sort((one, other) => other.replicas - one.replicas);
  if (highest === undefined || (failure !== undefined && highest.replicas < current)) {
    const text = failure ?? 'no metrics to scale by';
    recorder.event(autoscaler, 'Warning', 'FailedGetResourceMetric', text);
    const count = `${failures.length} invalid out of ${measured.length}`;
    const { resource: failed } = metrics[measured.findIndex((one) => typeof one === 'string')] ?? {};
    const what = failed === undefined ? '' : `failed to get ${failed.name} resource metric value: `;
    const message = `invalid metrics (${count}), first error is: ${what}${text}`;
    recorder.event(autoscaler, 'Warning', 'FailedComputeMetricsReplicas', message);
    report.condition(
      'ScalingActive',
      'False',
      'FailedGetResourceMetric',
      `the HPA was unable to compute the replica count: ${text}`,
    );
    report.write({ currentReplicas: current, desiredReplicas: autoscaler.status?.desiredReplicas ?? 0 });
    return false;
  }
  const found = `the HPA was able to successfully calculate a replica count from ${highest.name}`;
  report.condition('ScalingActive', 'True', 'ValidMetricFound', found);
  const stable = stabilized(tools, autoscaler, highest.replicas, current);
  if (stable === highest.replicas)
    report.condition('AbleToScale', 'True', 'ReadyForNewScale', 'recommended size matches current size');
  else
    report.condition(
      'AbleToScale',
      'True',
      'ScaleDownStabilized',
      'recent recommendations were higher than current one, applying the highest recent recommendation',
    );
  const desired = limited(report, stable, minReplicas, maxReplicas);
  const currentMetrics = known.map(({ metric }) => metric);
  if (desired === current) {
    report.write({ currentReplicas: current, desiredReplicas: desired, currentMetrics });
    return stable === highest.replicas && failure === undefined;
  }
  const reason = desired > current ? `${highest.name} above target` : 'All metrics below target';
  cluster.update(resource, { ...target, spec: { ...target.spec, replicas: desired } });
  recorder.event(autoscaler, 'Normal', 'SuccessfulRescale', `New size: ${desired}; reason: ${reason}`);
  report.condition(
    'AbleToScale',
    'True',
    'SucceededRescale',
    `the HPA controller was able to update the target scale to ${desired}`,
  );
  report.write({ currentReplicas: current, desiredReplicas: desired, currentMetrics, lastScaleTime: cluster.now() });
  return false;
}

/** How many replicas a metric asks for, or why it cannot be known. */
function measure({ images }: Tools, { type, resource }: MetricSpec, pods: readonly Pod[], current: number): Measured | string {
  if (type !== 'Resource' || resource === undefined || (resource.name !== 'cpu' && resource.name !== 'memory'))
    return `unable to get metric of type ${type}: no metrics returned from custom metrics API`;
  const { name, target } = resource;
  const ready = pods.filter(isReady);
  if (ready.length === 0)
    return `failed to get ${name} utilization: unable to get metrics for resource ${name}: no metrics returned from resource metrics API`;
  const read = name === 'cpu' ? milliOf : amountOf;
  const write = name === 'cpu' ? milliQuantity : bytesQuantity;
  const usage = (pod: Pod): number =>
    pod.spec.containers.reduce((sum, container) => {
      const { usage: used = DEFAULT_USAGE } = programOf(container.image, images, container);
      return sum + read(used[name]);
    }, 0);
  const used = ready.reduce((sum, pod) => sum + usage(pod), 0);
  const average = Math.floor(used / ready.length);
  if (target.type === 'AverageValue') {
    const metric = { type, resource: { name, current: { averageValue: write(average) } } };
    return { replicas: wanted(average / read(target.averageValue), ready.length, current), metric, name: `${name} resource` };
  }
  const lacking = ready
    .flatMap((pod) => pod.spec.containers.map((container) => ({ pod, container })))
    .find(({ container }) => container.resources?.requests?.[name] === undefined);
  if (lacking !== undefined)
    return `failed to get ${name} utilization: missing request for ${name} in container ${lacking.container.name} of Pod ${lacking.pod.metadata.name}`;
  const requested = ready.reduce(
    (sum, pod) => sum + pod.spec.containers.reduce((all, { resources }) => all + read(resources?.requests?.[name]), 0),
    0,
  );
  const utilization = Math.floor((100 * used) / requested);
  const metric = { type, resource: { name, current: { averageUtilization: utilization, averageValue: write(average) } } };
  const replicas = wanted(utilization / (target.averageUtilization ?? 80), ready.length, current);
  return { replicas, metric, name: `${name} resource utilization (percentage of request)` };
}

const wanted = (ratio: number, ready: number, current: number): number =>
  Math.abs(ratio - 1) <= TOLERANCE ? current : Math.ceil(ratio * ready);

function stabilized({ cluster, past }: Tools, { spec }: HorizontalPodAutoscaler, replicas: number, current: number): number {
  const now = cluster.clock.now();
  if (past.length === 0) past.push({ at: now, replicas: current });
  past.push({ at: now, replicas });
  forgetOld(past, { spec }, now);
  return Math.max(replicas, ...past.map((one) => Math.min(one.replicas, current)));
}

function forgetOld(past: Recommendation[], { spec }: Pick<HorizontalPodAutoscaler, 'spec'>, now: number): void {
  const window = 1000 * (spec.behavior?.scaleDown?.stabilizationWindowSeconds ?? STABILIZATION_SECONDS);
  while (past[0] !== undefined && now - past[0].at > window) past.shift();
}

type Report = ReturnType<typeof reporter>;

function limited(report: Report, replicas: number, least: number, most: number): number {
  if (replicas < least)
    report.condition(
      'ScalingLimited',
      'True',
      'TooFewReplicas',
      'the desired replica count is less than the minimum replica count',
    );
  else if (replicas > most)
    report.condition(
      'ScalingLimited',
      'True',
      'TooManyReplicas',
      'the desired replica count is more than the maximum replica count',
    );
  else report.condition('ScalingLimited', 'False', 'DesiredWithinRange', 'the desired count is within the acceptable range');
  return Math.min(Math.max(replicas, least), most);
}

/** Gathers the conditions of one look, and writes them with the numbers. */
function reporter(cluster: Cluster, autoscaler: HorizontalPodAutoscaler) {
  let { conditions = [] } = autoscaler.status ?? {};
  return {
    condition(type: string, status: 'True' | 'False', reason: string, message: string): void {
      conditions = withCondition(conditions, { type, status, reason, message }, cluster.now());
    },
    write(numbers: Omit<NonNullable<HorizontalPodAutoscaler['status']>, 'conditions'>): void {
      const { lastScaleTime } = autoscaler.status ?? {};
      const { namespace, name } = autoscaler.metadata;
      const current = cluster.get('horizontalpodautoscalers.autoscaling', namespace, name) ?? autoscaler;
      cluster.setStatus('horizontalpodautoscalers.autoscaling', current, {
        ...(lastScaleTime !== undefined && { lastScaleTime }),
        currentMetrics: null,
        ...numbers,
        conditions,
      });
    },
  };
}
