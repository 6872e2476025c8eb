/** Pods that run a script, and connections that may run commands in them. */
import { createAudit, normalisePolicy, type AuditLine, type PolicyOptions } from '../../src/access/index.ts';
import { Fleet } from '../../src/fleet/index.ts';
import { execInPod, type Connection } from '../../src/kubernetes/index.ts';
import { at, type Access, type AdminClient, type TestCluster } from '../cluster/index.ts';

export interface StreamHouse {
  readonly connection: Connection;
  /** What was written down so far. */
  readonly audit: () => readonly AuditLine[];
  close(): Promise<void>;
}

/** A connection to a cluster by address, that may run commands and open ports unless told otherwise. */
export async function streamHouse(access: Access, policy: PolicyOptions = {}, server = access.server): Promise<StreamHouse> {
  const lines: AuditLine[] = [];
  const appendNow = (text: string): void =>
    void lines.push(
      ...text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as AuditLine),
    );
  const output = { append: async (text: string) => appendNow(text), appendNow, close: async () => undefined };
  const audit = createAudit({ output });
  const login = { kind: 'client-certificate', certificate: { pem: access.cert ?? '' }, key: { pem: access.key ?? '' } } as const;
  const fleet = new Fleet({
    policy: normalisePolicy({ mode: 'direct', allowedOperations: ['exec', 'attach', 'port-forward'], ...policy }),
    audit,
    clusters: [{ name: 'streams', source: { kind: 'server', server, ca: { pem: access.ca ?? '' }, login } }],
  });
  const connection = (await fleet.connection('streams')).during({ origin: 'test' });
  return {
    connection,
    audit: () => lines,
    close: async () => {
      await fleet.close();
      await audit.close();
    },
  };
}

/** Runs a pod with a script, and waits until it is ready. @param more of its spec */
export async function runPod(
  cluster: TestCluster,
  admin: AdminClient,
  place: {
    readonly namespace: string;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  },
  script: string,
  more: { readonly pod?: object; readonly container?: object } = {},
): Promise<void> {
  const { namespace, name, labels = { app: name }, annotations = {} } = place;
  await admin.ensure(`/api/v1/namespaces/${namespace}/pods`, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels, annotations },
    spec: {
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'app', image: cluster.image, command: ['sh', '-c', script], ...more.container }],
      ...more.pod,
    },
  });
  const isRunning = (pod: unknown): boolean => at(pod, 'status', 'phase') === 'Running';
  await admin.waitForObject(`/api/v1/namespaces/${namespace}/pods/${name}`, isRunning, { what: `pod ${name}` });
}

export interface Ran {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function run(
  connection: Connection,
  pod: { readonly namespace: string; readonly pod: string },
  command: readonly string[],
  input?: Uint8Array,
): Promise<Ran> {
  const process = await execInPod(connection, { ...pod, command, stdin: input !== undefined });
  const writing = input === undefined ? undefined : process.write(input).then(() => process.endInput());
  const said = { stdout: '', stderr: '' };
  for await (const { from, data } of process.output) said[from] += Buffer.from(data).toString();
  await writing;
  return { exitCode: process.end?.exitCode, ...said };
}
