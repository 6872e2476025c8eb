/** A tool and its arguments. */
export interface ToolCall {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** One request to the API server. */
export interface RawRequest {
  readonly path: string;
  readonly accept: string;
}

/** The most that is asked of each contender in one round; it ends earlier when its seconds are over. */
export interface Effort {
  readonly sequential: number;
  /** Missing where only the latency is of interest. */
  readonly concurrent?: number;
}

/** Something that an agent wants to know, as each contender is asked for it. */
export interface Question {
  readonly id: string;
  readonly title: string;
  readonly fairlead?: ToolCall;
  readonly peer?: ToolCall;
  /** The cheapest single request whose answer holds what is asked. */
  readonly raw: RawRequest;
  readonly effort: Effort;
  /** A text that a right answer holds. */
  readonly expect: string;
}

const JSON_TYPE = 'application/json';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';

/** The label of every pod of the healthy fleet, and of no other. */
const FLEET_LABEL = 'tier=load';
const FLEET_SELECTOR = `labelSelector=${encodeURIComponent(FLEET_LABEL)}`;

/** Of the pods, only the name of one cannot be known beforehand. */
export function questionsAbout(pod: string): readonly Question[] {
  return [
    {
      id: 'pod',
      title: 'one pod',
      fairlead: { tool: 'kube_get', input: { kind: 'pods', namespace: 'load-0', name: pod } },
      peer: { tool: 'pods_get', input: { namespace: 'load-0', name: pod } },
      raw: { path: `/api/v1/namespaces/load-0/pods/${pod}`, accept: JSON_TYPE },
      effort: { sequential: 200, concurrent: 600 },
      expect: pod,
    },
    {
      id: 'namespace',
      title: '100 pods of a namespace',
      fairlead: { tool: 'kube_get', input: { kind: 'pods', namespace: 'load-0' } },
      peer: { tool: 'pods_list_in_namespace', input: { namespace: 'load-0' } },
      raw: { path: '/api/v1/namespaces/load-0/pods?includeObject=None', accept: TABLE },
      effort: { sequential: 150, concurrent: 400 },
      expect: pod,
    },
    {
      id: 'fleet',
      title: '2,000 pods of 20 namespaces',
      fairlead: { tool: 'kube_get', input: { kind: 'pods', namespace: '*', labels: FLEET_LABEL } },
      peer: { tool: 'pods_list', input: { labelSelector: FLEET_LABEL } },
      // Rows tell their namespace only by their object's metadata.
      raw: { path: `/api/v1/pods?includeObject=Metadata&${FLEET_SELECTOR}`, accept: TABLE },
      effort: { sequential: 20, concurrent: 64 },
      expect: 'load-19',
    },
    {
      id: 'fleet-cells',
      title: '2,000 pods, not telling their namespaces',
      raw: { path: `/api/v1/pods?includeObject=None&${FLEET_SELECTOR}`, accept: TABLE },
      effort: { sequential: 20, concurrent: 64 },
      expect: 'app-9',
    },
    {
      id: 'everything',
      title: 'all pods, whatever is on the cluster',
      fairlead: { tool: 'kube_get', input: { kind: 'pods', namespace: '*' } },
      peer: { tool: 'pods_list', input: {} },
      raw: { path: '/api/v1/pods?includeObject=Metadata', accept: TABLE },
      effort: { sequential: 20, concurrent: 64 },
      expect: 'load-19',
    },
    {
      id: 'describe',
      title: 'a deployment described',
      fairlead: { tool: 'kube_describe', input: { kind: 'deployment', namespace: 'load-0', name: 'app-0' } },
      peer: { tool: 'resources_get', input: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'load-0', name: 'app-0' } },
      raw: { path: '/apis/apps/v1/namespaces/load-0/deployments/app-0', accept: JSON_TYPE },
      effort: { sequential: 40 },
      expect: 'app-0',
    },
    {
      id: 'top',
      title: 'usage of the nodes',
      fairlead: { tool: 'kube_top', input: { kind: 'nodes' } },
      peer: { tool: 'nodes_top', input: {} },
      raw: { path: '/apis/metrics.k8s.io/v1beta1/nodes', accept: JSON_TYPE },
      effort: { sequential: 20 },
      expect: '',
    },
    {
      id: 'events',
      title: 'events of a namespace',
      fairlead: { tool: 'kube_events', input: { namespace: 'load-0' } },
      peer: { tool: 'events_list', input: { namespace: 'load-0' } },
      raw: { path: '/api/v1/namespaces/load-0/events', accept: JSON_TYPE },
      effort: { sequential: 20 },
      expect: '',
    },
  ];
}
