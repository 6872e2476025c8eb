/** Objects to try promises on. Most are of kinds that no controller looks after, so that nobody else changes them. */
export interface Sample {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name?: string;
    readonly generateName?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

export const configMap = (name: string, data: Readonly<Record<string, string>> = {}, metadata: object = {}): Sample => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data,
});

/** A kind with a spec, and so with generations. */
export const networkPolicy = (name: string, app = name): Sample => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name },
  spec: { podSelector: { matchLabels: { app } } },
});

export const container = (image: string, script: string, more: object = {}) => ({
  name: 'app',
  image,
  command: ['sh', '-c', script],
  terminationMessagePolicy: 'File',
  ...more,
});

/** What a container does that shall go on, and go as soon as it is asked to. */
const FOREVER = 'trap "exit 0" TERM; echo ready; while true; do sleep 1; done';

export const podSpec = (image: string, script: string = FOREVER, more: object = {}) => ({
  terminationGracePeriodSeconds: 1,
  containers: [container(image, script)],
  ...more,
});

export const pod = (name: string, spec: object, metadata: object = {}): Sample => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec,
});

export const deployment = (name: string, replicas: number, template: object, more: object = {}): Sample => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: template },
    ...more,
  },
});
