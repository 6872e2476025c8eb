import { programOf } from '../../programs/index.ts';
import type { Container, Probe } from '../shapes.ts';

export type ProbeName = 'Readiness' | 'Liveness' | 'Startup';

/** How a probe fails: nobody listens yet, or whoever answers says no. */
export type Failing = 'refused' | 'unhealthy';

const DEFAULTS = { period: 10, failures: 3 } as const;

export const periodMs = ({ periodSeconds = DEFAULTS.period }: Probe): number => periodSeconds * 1000;
export const failureThreshold = ({ failureThreshold = DEFAULTS.failures }: Probe): number => failureThreshold;

/** The first time that a container is asked: programs that start fast are up by then. */
export const firstProbeMs = ({ initialDelaySeconds = 0 }: Probe): number => Math.max(initialDelaySeconds, 1) * 1000;

function portNumber(container: Container, port: number | string): number | string {
  if (typeof port === 'number') return port;
  return container.ports?.find(({ name }) => name === port)?.containerPort ?? port;
}

/** What a failed probe says, in the kubelet's words. */
export function probeFailure(name: ProbeName, probe: Probe, container: Container, ip: string, failing: Failing): string {
  return `${name} probe failed: ${outcome(probe, container, ip, failing)}`;
}

/** A probe by a command fails when its script does, whatever the container's program is like. */
export function failureOf({ exec }: Probe): Failing | undefined {
  return exec !== undefined && (scriptOf(exec.command).exit?.code ?? 0) !== 0 ? 'unhealthy' : undefined;
}

const scriptOf = (command: readonly string[]) => programOf('', {}, { command });

function outcome({ exec, httpGet, tcpSocket, grpc }: Probe, container: Container, ip: string, failing: Failing): string {
  if (httpGet !== undefined) {
    if (failing === 'unhealthy') return 'HTTP probe failed with statuscode: 503';
    const address = `${ip}:${portNumber(container, httpGet.port)}`;
    const url = `${(httpGet.scheme ?? 'HTTP').toLowerCase()}://${address}${httpGet.path ?? '/'}`;
    return `Get "${url}": dial tcp ${address}: connect: connection refused`;
  }
  if (tcpSocket !== undefined) return `dial tcp ${ip}:${portNumber(container, tcpSocket.port)}: connect: connection refused`;
  if (grpc !== undefined)
    return failing === 'unhealthy'
      ? `service unhealthy (responded with "NOT_SERVING")`
      : `timeout: failed to connect service "${ip}:${grpc.port}" within 1s: context deadline exceeded`;
  return (scriptOf(exec?.command ?? []).log ?? []).map(({ text }) => `${text}\n`).join('');
}
