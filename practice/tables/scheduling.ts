import { AGE, boolean, field, integer, NAME, printer, text } from './column.ts';

interface PodDisruptionBudget {
  readonly spec?: { readonly minAvailable?: number | string; readonly maxUnavailable?: number | string };
  readonly status?: { readonly disruptionsAllowed?: number };
}

export const POD_DISRUPTION_BUDGET = printer<PodDisruptionBudget>([
  NAME,
  text('Min Available', 'The minimum number of pods that must be available.', ({ spec }) => `${spec?.minAvailable ?? 'N/A'}`),
  text(
    'Max Unavailable',
    'The maximum number of pods that may be unavailable.',
    ({ spec }) => `${spec?.maxUnavailable ?? 'N/A'}`,
  ),
  integer(
    'Allowed Disruptions',
    'Calculated number of pods that may be disrupted at this time.',
    ({ status }) => status?.disruptionsAllowed,
  ),
  AGE,
]);

interface PriorityClass {
  readonly value?: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy?: string;
}

export const PRIORITY_CLASS = printer<PriorityClass>([
  NAME,
  integer('Value', field('scheduling.v1.PriorityClass.value'), ({ value }) => value),
  boolean('Global-Default', field('scheduling.v1.PriorityClass.globalDefault'), ({ globalDefault }) => globalDefault),
  AGE,
  text(
    'PreemptionPolicy',
    field('scheduling.v1.PriorityClass.preemptionPolicy'),
    ({ preemptionPolicy }) => preemptionPolicy ?? '',
  ),
]);

export const RUNTIME_CLASS = printer<{ readonly handler?: string }>([
  NAME,
  text('Handler', '', ({ handler }) => handler ?? ''),
  AGE,
]);
