import { cpu, memory, percent } from '../../../../answers/index.ts';
import type {
  AllocationFacts,
  AutoscalerFacts,
  BudgetFacts,
  Description,
  IngressFacts,
  JobFacts,
  QuotaFacts,
  ServiceFacts,
} from '../../../../operations/describe/index.ts';
import { ago, list } from './words.ts';

/** Entries of a kind that are told. */
const TOLD = 6;

export function sayServices(services: readonly ServiceFacts[], { subject }: Description): string {
  if (services.length === 0) return subject.kind === 'Ingress' ? '' : 'reached by: no Service';
  const said = services.map(({ name, type, ports, ready, notReady }) => {
    const endpoints =
      ready === undefined
        ? undefined
        : `${ready} ready${notReady === undefined || notReady === 0 ? '' : `, ${notReady} not ready`}`;
    return `Service ${name} (${list([type !== 'ClusterIP' && type, ports.slice(0, TOLD).join(' '), endpoints])})`;
  });
  return `${subject.kind === 'Ingress' ? 'leads to' : 'reached by'}: ${some(said)}`;
}

export function sayIngresses(ingresses: readonly IngressFacts[], { subject }: Description): string {
  if (ingresses.length === 0) return '';
  const said = ingresses.map(
    ({ name, className, routes }) =>
      `${subject.kind === 'Ingress' ? '' : `Ingress ${name}${className === undefined ? '' : ` (${className})`} `}${some(routes)}`,
  );
  return `routes: ${said.join(' · ')}`;
}

export function sayAutoscalers(autoscalers: readonly AutoscalerFacts[], { subject }: Description): string {
  const isIt = subject.kind === 'HorizontalPodAutoscaler';
  const said = autoscalers.map(({ name, target, min, max, current, desired, metrics }) => {
    const sizes =
      current === undefined
        ? undefined
        : desired === undefined || desired === 0 || desired === current
          ? `${current} now`
          : `${current} now, wants ${desired}`;
    return `${isIt ? target : `HPA ${name}`} ${min}–${max} (${list([sizes, ...metrics])})`;
  });
  return said.length === 0 ? '' : `${isIt ? 'scales' : 'scaled by'}: ${said.join(' · ')}`;
}

export function sayBudgets(budgets: readonly BudgetFacts[], { subject }: Description): string {
  const isIt = subject.kind === 'PodDisruptionBudget';
  const said = budgets.map(({ name, rule, allowed, healthy, expected }) => {
    const pods = healthy === undefined || expected === undefined ? undefined : `${healthy} of ${expected} pods healthy`;
    return `${isIt ? '' : `PodDisruptionBudget ${name} `}(${list([rule, allowed !== undefined && `${allowed} evictions allowed now`, isIt && pods])})`;
  });
  return said.length === 0 ? '' : `${isIt ? 'rule' : 'protected by'}: ${said.join(' · ')}`;
}

export function sayJobs(jobs: readonly JobFacts[], _description: Description, now: number): string {
  return jobs.length === 0
    ? 'jobs: none yet'
    : `jobs: ${jobs.map(({ name, status, at }) => `${name} ${list([status, ago(at, now)])}`).join(' · ')}`;
}

export function sayAllocation({ pods, maxPods, complete, resources, notReady }: AllocationFacts): string[] {
  const amounts = resources.map(({ name, requested, limits, allocatable }) => {
    const say = name === 'cpu' ? cpu : name === 'memory' || name.endsWith('storage') ? memory : String;
    const over = limits > allocatable ? `, limits ${percent(limits, allocatable)}` : '';
    return `${name} ${say(requested)} of ${say(allocatable)} (${percent(requested, allocatable)}${over})`;
  });
  return [
    `allocated: ${list([...amounts, `pods ${pods}${maxPods === undefined ? '' : ` of ${maxPods}`}${complete ? '' : ' or more'}`])}`,
    notReady.length === 0 ? '' : `pods not ready: ${notReady.join(', ')}`,
  ];
}

export function sayQuotas(quotas: readonly QuotaFacts[]): string[] {
  return quotas.map(
    ({ name, rows }) => `quota ${name}: ${rows.map(({ resource, used, hard }) => `${resource} ${used} of ${hard}`).join(', ')}`,
  );
}

function some(parts: readonly string[]): string {
  return parts.length <= TOLD ? parts.join(', ') : `${parts.slice(0, TOLD).join(', ')} and ${parts.length - TOLD} more`;
}
