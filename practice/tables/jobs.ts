import { AGE, field, integer, NAME, printer, text, wide, type Named } from './column.ts';
import { selectorColumn, TEMPLATE, templateColumns, type Selecting, type Templated } from './template.ts';
import { ageOf, durationText } from './text.ts';

interface Job extends Templated, Named {
  readonly spec?: Templated['spec'] & { readonly completions?: number; readonly parallelism?: number };
  readonly status?: {
    readonly succeeded?: number;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** The first that holds is the status. */
const JOB_STATUS: readonly { readonly status: string; readonly holds: (job: Job) => boolean }[] = [
  { status: 'Complete', holds: (job) => hasCondition(job, 'Complete') },
  { status: 'Failed', holds: (job) => hasCondition(job, 'Failed') },
  { status: 'Terminating', holds: ({ metadata }) => metadata.deletionTimestamp !== undefined },
  { status: 'Suspended', holds: (job) => hasCondition(job, 'Suspended') },
  { status: 'FailureTarget', holds: (job) => hasCondition(job, 'FailureTarget') },
  { status: 'SuccessCriteriaMet', holds: (job) => hasCondition(job, 'SuccessCriteriaMet') },
];

const hasCondition = ({ status }: Job, type: string): boolean =>
  status?.conditions?.find((condition) => condition.type === type)?.status === 'True';

/** Without completions one success is enough, of however many pods at a time. */
function completionsOf({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function jobDuration({ status }: Job, now: number): string {
  if (status?.startTime === undefined) return '';
  const end = status.completionTime === undefined ? now : Date.parse(status.completionTime);
  return durationText(end - Date.parse(status.startTime));
}

export const JOB = printer<Job & Selecting>([
  NAME,
  text('Status', 'Status of the job.', (job) => JOB_STATUS.find(({ holds }) => holds(job))?.status ?? 'Running'),
  text('Completions', field('batch.v1.JobStatus.succeeded'), completionsOf),
  text('Duration', 'Time required to complete the job.', jobDuration),
  AGE,
  ...TEMPLATE,
  selectorColumn('batch.v1.JobSpec.selector', ({ spec }) => spec?.selector),
]);

interface CronJob {
  readonly spec?: {
    readonly schedule?: string;
    readonly timeZone?: string;
    readonly suspend?: boolean;
    readonly jobTemplate?: Templated & Selecting;
  };
  readonly status?: { readonly active?: readonly unknown[]; readonly lastScheduleTime?: string };
}

export const CRON_JOB = printer<CronJob>([
  NAME,
  text('Schedule', field('batch.v1.CronJobSpec.schedule'), ({ spec }) => spec?.schedule ?? ''),
  text('Timezone', field('batch.v1.CronJobSpec.timeZone'), ({ spec }) => spec?.timeZone ?? '<none>'),
  {
    name: 'Suspend',
    type: 'boolean',
    description: field('batch.v1.CronJobSpec.suspend'),
    // The server writes it out, whatever it says of the column's type.
    cell: ({ spec }) => (spec?.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False'),
  },
  integer('Active', field('batch.v1.CronJobStatus.active'), ({ status }) => status?.active?.length),
  text('Last Schedule', field('batch.v1.CronJobStatus.lastScheduleTime'), ({ status }, now) =>
    status?.lastScheduleTime === undefined ? '<none>' : ageOf(status.lastScheduleTime, now),
  ),
  AGE,
  ...templateColumns<CronJob>(({ spec }) => spec?.jobTemplate?.spec?.template).map(wide),
  selectorColumn('batch.v1.JobSpec.selector', ({ spec }) => spec?.jobTemplate?.spec?.selector),
]);
