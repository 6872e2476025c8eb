import type { CreateStep } from '../../changes/index.ts';
import { at, listAt, mapAt, numberAt, textAt, type Connection, type KubernetesObject } from '../../kubernetes/index.ts';
import { quoted, UsageError } from '../../platform/index.ts';
import { templatePath } from './pod-template.ts';
import { workloadNamed, type NamedWorkload } from './rollout/workload.ts';

export interface ExposeQuestion extends NamedWorkload {
  /** The port of the Service. @default those of the containers */
  readonly port?: number | undefined;
  /** A number or a name. @default the port */
  readonly targetPort?: string | undefined;
  /** @default ClusterIP */
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | undefined;
  /** The Service's name. @default the workload's */
  readonly service?: string | undefined;
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly protocol?: string;
}

/** Creates a Service that leads to a workload's pods. @throws UsageError for pods without labels, and without a port */
export async function exposeSteps(connection: Connection, question: ExposeQuestion): Promise<readonly CreateStep[]> {
  const { object, subject } = await workloadNamed(connection, question);
  const selector = selectorOf(object);
  if (Object.keys(selector).length === 0) {
    throw new UsageError(`The pods of ${subject.kind} ${quoted(subject.name, 80)} have no labels that a Service could select.`, {
      code: 'not-exposable',
      field: 'name',
    });
  }
  const { namespace } = subject;
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: question.service ?? subject.name,
      ...(namespace !== undefined && { namespace }),
      ...(object.metadata?.labels !== undefined && { labels: object.metadata.labels }),
    },
    spec: { type: question.type ?? 'ClusterIP', selector, ports: portsOf(object, question) },
  };
  return [{ action: 'create', cluster: connection.cluster, object: service }];
}

/** What all pods of the workload have in common: its selector; of a pod its own labels. */
function selectorOf(object: KubernetesObject): Readonly<Record<string, string>> {
  if (object.kind === 'Pod') return mapAt(object, 'metadata', 'labels');
  if (listAt(object, 'spec', 'selector', 'matchExpressions').length > 0) {
    // A Service knows equality alone; the labels of the template fulfil any selector of the workload.
    return mapAt(object, ...templatePath(object), 'metadata', 'labels');
  }
  const matchLabels = mapAt(object, 'spec', 'selector', 'matchLabels');
  return Object.keys(matchLabels).length > 0 ? matchLabels : mapAt(object, 'spec', 'selector');
}

function portsOf(object: KubernetesObject, { port, targetPort }: ExposeQuestion): readonly ServicePort[] {
  if (port !== undefined) return [{ port, targetPort: targetOf(targetPort) ?? port }];
  const declared = listAt(at(object, ...templatePath(object)), 'spec', 'containers').flatMap((container) =>
    listAt(container, 'ports').flatMap((each): ServicePort[] => {
      const number = numberAt(each, 'containerPort');
      const [name, protocol] = [textAt(each, 'name'), textAt(each, 'protocol')];
      if (number === undefined) return [];
      return [
        {
          ...(name !== undefined && { name }),
          port: number,
          targetPort: name ?? number,
          ...(protocol !== undefined && { protocol }),
        },
      ];
    }),
  );
  if (declared.length === 0) {
    throw new UsageError('Which port is meant is not said, and the containers declare none.', {
      code: 'missing-argument',
      field: 'port',
    });
  }
  // Ports of a Service need names when there are several.
  return declared.length === 1 ? declared : declared.map((each) => ({ name: `port-${each.port}`, ...each }));
}

function targetOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}
