/** A question as an agent asks it, and as kubectl is asked it. */
export interface Question {
  readonly title: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The commands that tell the same together, without `kubectl`; each with what it reads from stdin. */
  readonly kubectl: readonly Command[];
}

export interface Command {
  readonly argv: readonly string[];
  readonly stdin?: string;
}

const command = (line: string, stdin?: string): Command => ({ argv: line.split(' '), ...(stdin !== undefined && { stdin }) });

/** A change to the web of the shop: another image, and more memory. */
const MANIFEST = JSON.stringify({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [{ name: 'web', image: 'registry.example/shop/web:2.5.0', resources: { limits: { memory: '512Mi' } } }],
      },
    },
  },
});

/** @param crashing the pod of the broken release, in namespace `shop` */
export function questionsAbout(crashing: string): readonly Question[] {
  const shop = { namespace: 'shop' };
  return [
    {
      title: 'Pods of a namespace',
      tool: 'kube_get',
      input: { kind: 'pods', ...shop },
      kubectl: [command('get pods -n shop')],
    },
    {
      title: 'Pods of all namespaces',
      tool: 'kube_get',
      input: { kind: 'pods', namespace: '*' },
      kubectl: [command('get pods -A')],
    },
    {
      title: 'The same of a cluster of 1,000 pods',
      tool: 'kube_get',
      input: { kind: 'pods', namespace: '*', cluster: 'fleet' },
      kubectl: [command('get pods -A --context fleet')],
    },
    {
      title: 'Pods of all namespaces of both clusters',
      tool: 'kube_get',
      input: { kind: 'pods', namespace: '*', cluster: '*' },
      kubectl: [command('get pods -A'), command('get pods -A --context fleet')],
    },
    {
      title: 'One pod, in full',
      tool: 'kube_get',
      input: { kind: 'pod', ...shop, name: crashing },
      kubectl: [command(`get pod ${crashing} -n shop -o yaml`)],
    },
    {
      title: 'What is in a namespace',
      tool: 'kube_get',
      input: { kind: 'deployments,services,ingresses,hpa', ...shop },
      kubectl: [command('get deployments,services,ingresses,hpa -n shop')],
    },
    {
      title: 'Why a release does not come up',
      tool: 'kube_describe',
      input: { kind: 'deployment', ...shop, name: 'checkout' },
      kubectl: [
        command('describe deployment checkout -n shop'),
        command(`describe pod ${crashing} -n shop`),
        command(`logs ${crashing} -n shop --previous`),
      ],
    },
    {
      title: 'A service and who stands behind it',
      tool: 'kube_describe',
      input: { kind: 'service', ...shop, name: 'web' },
      kubectl: [command('describe service web -n shop'), command('get endpointslices -l kubernetes.io/service-name=web -n shop')],
    },
    {
      title: 'A node',
      tool: 'kube_describe',
      input: { kind: 'node', name: 'worker-ssd' },
      kubectl: [command('describe node worker-ssd')],
    },
    {
      title: 'Events of a namespace',
      tool: 'kube_events',
      input: shop,
      kubectl: [command('events -n shop')],
    },
    {
      title: 'Logs of a pod that crashes',
      tool: 'kube_logs',
      input: { ...shop, name: crashing },
      kubectl: [command(`logs ${crashing} -n shop`), command(`logs ${crashing} -n shop --previous`)],
    },
    {
      title: 'Last 100 lines of each pod of a deployment',
      tool: 'kube_logs',
      input: { kind: 'deployment', ...shop, name: 'web' },
      kubectl: [command('logs -n shop -l app=web --prefix --tail 100')],
    },
    {
      title: 'Usage of the pods of a namespace',
      tool: 'kube_top',
      input: shop,
      kubectl: [command('top pods -n shop')],
    },
    {
      title: 'Usage of the nodes',
      tool: 'kube_top',
      input: { kind: 'nodes' },
      kubectl: [command('top nodes')],
    },
    {
      title: 'Fields of a kind',
      tool: 'kube_explain',
      input: { kind: 'deployment.spec.strategy' },
      kubectl: [command('explain deployment.spec.strategy')],
    },
    {
      title: 'Kinds that the cluster serves',
      tool: 'kube_kinds',
      input: {},
      kubectl: [command('api-resources')],
    },
    {
      title: 'What one may do in a namespace',
      tool: 'kube_can_i',
      input: shop,
      kubectl: [command('auth can-i --list -n shop')],
    },
    {
      title: 'History of a rollout',
      tool: 'kube_rollout',
      input: { action: 'history', kind: 'deployment', ...shop, name: 'checkout' },
      kubectl: [
        command('rollout history deployment checkout -n shop --revision 1'),
        command('rollout history deployment checkout -n shop --revision 2'),
      ],
    },
    {
      title: 'Clusters there are, and how they are',
      tool: 'kube_clusters',
      input: { probe: true },
      kubectl: [command('config get-contexts'), command('get nodes'), command('get nodes --context fleet')],
    },
    {
      title: 'What a manifest would change',
      tool: 'kube_apply',
      input: { manifests: MANIFEST, force: true },
      kubectl: [command('diff --server-side --force-conflicts -f -', MANIFEST)],
    },
    {
      title: 'An object that is not there',
      tool: 'kube_get',
      input: { kind: 'deployment', ...shop, name: 'chekout' },
      kubectl: [command('get deployment chekout -n shop')],
    },
    {
      title: 'A kind that is not there',
      tool: 'kube_get',
      input: { kind: 'deploymnets', ...shop },
      kubectl: [command('get deploymnets -n shop')],
    },
  ];
}
