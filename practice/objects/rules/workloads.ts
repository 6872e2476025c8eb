import { fieldsOf, listOf, textOf, type Fields } from '../values.ts';
import { dnsLabel, percent } from './formats.ts';
import type { Found } from './found.ts';
import { podSpec, template } from './pods.ts';
import { all, among, atLeast, each, fields, firstOf, format, given, required, type Rule } from './rule.ts';
import { workloadSelector } from './selectors.ts';
import { claim } from './storage.ts';

/** Go's own names of the fields, with which the server shows a strategy. */
const goStrategy = ({ type, rollingUpdate }: Fields): Fields => ({ Type: type ?? '', RollingUpdate: rollingUpdate ?? null });

/** A count, or a share of all. */
export const countOrPercent: Rule = (found, path, value) => {
  if (typeof value === 'number') {
    if (value < 0) found.invalid(path, value, 'must be greater than or equal to 0');
  } else if (typeof value === 'string') {
    for (const why of percent(value)) found.invalid(path, value, why);
  }
};

const isNone = (value: unknown): boolean => value === 0 || value === '0%';

const rollingUpdate =
  (surge: string): Rule =>
  (found, path, value) => {
    const { maxSurge, maxUnavailable } = fieldsOf(value);
    countOrPercent(found, `${path}.maxUnavailable`, maxUnavailable, {});
    countOrPercent(found, `${path}.maxSurge`, maxSurge, {});
    if (isNone(maxUnavailable) && isNone(maxSurge)) found.invalid(`${path}.maxUnavailable`, maxUnavailable, surge);
    if (typeof maxUnavailable === 'string' && Number.parseInt(maxUnavailable, 10) > 100) {
      found.invalid(`${path}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%');
    }
  };

const deploymentStrategy: Rule = (found, path, value) => {
  const strategy = fieldsOf(value);
  if (strategy['type'] === 'Recreate') {
    if (strategy['rollingUpdate'] !== undefined) {
      found.forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'");
    }
  } else if (strategy['type'] === 'RollingUpdate') {
    rollingUpdate('may not be 0 when `maxSurge` is 0')(found, `${path}.rollingUpdate`, strategy['rollingUpdate'], strategy);
  } else {
    found.unsupported(path, goStrategy(strategy), ['Recreate', 'RollingUpdate']);
  }
};

/** Pods that are to run forever are always started again, and have no deadline. */
const foreverTemplate =
  (kind: string): Rule =>
  (found, path, value) => {
    template(found, path, value, {});
    const spec = fieldsOf(fieldsOf(value)['spec']);
    if (spec['restartPolicy'] !== undefined && spec['restartPolicy'] !== 'Always' && isPolicy(spec['restartPolicy'])) {
      found.unsupported(`${path}.spec.restartPolicy`, spec['restartPolicy'], ['Always']);
    }
    if (spec['activeDeadlineSeconds'] !== undefined) {
      found.forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`);
    }
  };

/** The pods of a StatefulSet have its claims as volumes, instead of those of the same names. */
const templateWithClaims: Rule = (found, path, value, { volumeClaimTemplates }) => {
  const [template, spec] = [fieldsOf(value), fieldsOf(fieldsOf(value)['spec'])];
  const names = new Set(listOf(volumeClaimTemplates).map((claim) => fieldsOf(fieldsOf(claim)['metadata'])['name']));
  const claims = Array.from(names, (name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = listOf(spec['volumes']).filter((volume) => !names.has(fieldsOf(volume)['name']));
  const volumes = claims.length === 0 ? spec['volumes'] : [...claims, ...others];
  foreverTemplate('StatefulSet')(found, path, value === undefined ? value : { ...template, spec: { ...spec, volumes } }, {});
};

const isPolicy = (policy: unknown): boolean => ['Always', 'OnFailure', 'Never'].includes(textOf(policy));

const deadline: Rule = (found, path, value, { minReadySeconds = 0 }) => {
  atLeast(0)(found, path, value, {});
  if (typeof value === 'number' && value <= Number(minReadySeconds))
    found.invalid(path, value, 'must be greater than minReadySeconds');
};

export const deployment: Rule = fields({
  spec: all(
    fields({ replicas: atLeast(0), selector: workloadSelector('empty selector is invalid for deployment') }),
    fields({
      template: foreverTemplate('ReplicaSet'),
      strategy: deploymentStrategy,
      minReadySeconds: atLeast(0),
      revisionHistoryLimit: atLeast(0),
      progressDeadlineSeconds: deadline,
    }),
  ),
});

export const replicaSet: Rule = fields({
  spec: fields({
    replicas: atLeast(0),
    minReadySeconds: atLeast(0),
    selector: workloadSelector('empty selector is invalid for deployment'),
    template: foreverTemplate('ReplicaSet'),
  }),
});

export const daemonSet: Rule = fields({
  spec: fields({
    selector: (found, path, value, spec) => {
      if (value === undefined || value === null) matchNothing(found, spec);
      else workloadSelector('empty selector is invalid for daemonset')(found, path, value, spec);
    },
    template: foreverTemplate('DaemonSet'),
    minReadySeconds: atLeast(0),
    updateStrategy: (found, path, value) => {
      const strategy = fieldsOf(value);
      if (strategy['type'] === 'RollingUpdate') {
        rollingUpdate('cannot be 0 when maxSurge is 0')(found, `${path}.rollingUpdate`, strategy['rollingUpdate'], strategy);
      } else if (strategy['type'] !== 'OnDelete') {
        found.unsupported(path, goStrategy(strategy), ['RollingUpdate', 'OnDelete']);
      }
    },
    revisionHistoryLimit: atLeast(0),
  }),
});

function matchNothing(found: Found, spec: Fields): void {
  const labels = fieldsOf(fieldsOf(spec['template'])['metadata'])['labels'];
  found.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
}

export const statefulSet: Rule = fields({
  spec: fields({
    podManagementPolicy: (found, path, value) => {
      if (value !== 'OrderedReady' && value !== 'Parallel')
        found.invalid(path, value ?? '', "must be 'OrderedReady' or 'Parallel'");
    },
    updateStrategy: (found, path, value) => {
      const strategy = fieldsOf(value);
      if (strategy['type'] !== 'RollingUpdate' && strategy['type'] !== 'OnDelete') {
        found.invalid(path, goStrategy(strategy), "must be 'RollingUpdate' or 'OnDelete'");
      }
    },
    persistentVolumeClaimRetentionPolicy: given(
      fields({ whenDeleted: among('Retain', 'Delete'), whenScaled: among('Retain', 'Delete') }),
    ),
    replicas: atLeast(0),
    minReadySeconds: atLeast(0),
    volumeClaimTemplates: each(claim),
    ordinals: fields({ start: atLeast(0) }),
    serviceName: format(dnsLabel),
    selector: workloadSelector('empty selector is invalid for statefulset'),
    template: templateWithClaims,
  }),
});

/** Pods that end: Always would start them for ever, and nobody else decides. */
const endingTemplate: Rule = (found, path, value) => {
  template(found, path, value, {});
  const policy = fieldsOf(fieldsOf(value)['spec'])['restartPolicy'];
  if (policy === 'Always' || policy === undefined) {
    found.required(`${path}.spec.restartPolicy`, 'valid values: "OnFailure", "Never"');
  } else if (policy !== 'OnFailure' && policy !== 'Never') {
    found.unsupported(`${path}.spec.restartPolicy`, policy, ['OnFailure', 'Never']);
  }
};

const completions: Rule = (found, path, value, { completionMode }) => {
  if (completionMode === 'Indexed' && value === undefined) found.required(path, 'when completion mode is Indexed');
};

const jobSpec: Rule = all(
  fields({
    parallelism: atLeast(0),
    completions: atLeast(0),
    activeDeadlineSeconds: atLeast(0),
    backoffLimit: atLeast(0),
    ttlSecondsAfterFinished: atLeast(0),
    completionMode: given(among('NonIndexed', 'Indexed')),
  }),
  fields({ completions, template: endingTemplate }),
);

export const job: Rule = fields({ spec: jobSpec });

/** Five fields, or one of the @words. */
const schedule: Rule = firstOf(required(), (found, path, value) => {
  const text = textOf(value);
  const parts = text.trim().split(/\s+/);
  if (text.includes('TZ')) found.invalid(path, text, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  else if (!text.startsWith('@') && parts.length !== 5) {
    found.invalid(path, text, `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`);
  }
});

const isTimeZone = (timeZone: string): boolean => {
  try {
    return Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const timeZone: Rule = (found, path, value) => {
  if (!isTimeZone(textOf(value))) found.invalid(path, value, `unknown time zone ${textOf(value)}`);
};

export const cronJob: Rule = fields({
  spec: fields({
    schedule,
    startingDeadlineSeconds: atLeast(0),
    concurrencyPolicy: among('Allow', 'Forbid', 'Replace'),
    timeZone: given(timeZone),
    jobTemplate: job,
    successfulJobsHistoryLimit: atLeast(0),
    failedJobsHistoryLimit: atLeast(0),
  }),
});

export const pod: Rule = fields({ spec: podSpec });

export const podTemplate: Rule = fields({ template });
