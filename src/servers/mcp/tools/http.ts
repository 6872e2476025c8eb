import { blocks, count, cutBytes, fence, FENCE_TOKENS, oneLine, thousands, type Answer } from '../../../answers/index.ts';
import { askOverHttp, type HttpAnswer } from '../../../operations/forward/index.ts';
import { quoted, UsageError } from '../../../platform/index.ts';
import { DISCOVERY, FORWARD_NEEDS } from '../requirements/needs.ts';
import { defineTool, SHARED } from '../tool.ts';
import { oneNamespace } from './place-of.ts';

/** Seconds. */
const TIMEOUT = 30;

export const httpTool = defineTool({
  name: 'kube_http',
  title: 'HTTP request to a pod or service',
  description: 'Send one HTTP request to a pod, service or workload (curl, health check, metrics): status, headers, body.',
  arguments: {
    kind: { ...SHARED.kind, description: 'pod, service, deployment, …', default: 'service' },
    name: { ...SHARED.name, required: true },
    port: { type: 'string', description: 'number or name; default the only one', maxLength: 63 },
    method: {
      type: 'string',
      enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      default: 'GET',
    },
    path: { type: 'string', default: '/', description: 'with its query' },
    headers: { type: 'object', description: 'name: value' },
    body: { type: 'string', maxLength: 65_536, description: 'sent as it is' },
    timeout: { type: 'integer', minimum: 1, maximum: 300, default: TIMEOUT, description: 'seconds' },
    namespace: SHARED.namespace,
    cluster: SHARED.cluster,
    max_tokens: SHARED.max_tokens,
  },
  effect: 'change',
  toolset: 'exec',
  permission: 'port-forward',
  needs: FORWARD_NEEDS,
  given: DISCOVERY,
  async run(input, context) {
    const path = pathOf(input.path ?? '/');
    const headers = headersOf(input.headers ?? {});
    const connection = await context.connect(input.cluster);
    const namespace = oneNamespace('kube_http', input.namespace, connection, context);
    const kind = input.kind ?? 'service';
    const method = input.method ?? 'GET';
    const answer = await askOverHttp(connection, {
      namespace,
      kind,
      name: input.name,
      port: input.port,
      method,
      path,
      headers,
      body: input.body,
      timeout: (input.timeout ?? TIMEOUT) * 1_000,
    });
    const what = `${method} ${oneLine(path, 100)} of ${kind} ${input.name} (pod ${answer.pod}, port ${answer.port}) in namespace ${namespace} of cluster ${connection.cluster}`;
    return httpAnswer(answer, what);
  },
});

/** Headers that say nothing to somebody who asks what a program answers. */
const PLAIN: ReadonlySet<string> = new Set(['connection', 'date', 'keep-alive', 'accept-ranges', 'transfer-encoding']);

function httpAnswer(answer: HttpAnswer, what: string): Answer {
  const { status, reason, bytes, body, cut } = answer;
  return {
    text(budget) {
      const head = budget.spend(
        `${status} ${oneLine(reason, 60)} to ${what}, after ${(answer.milliseconds / 1_000).toFixed(1)} s.`,
      );
      const release = budget.reserve(FENCE_TOKENS + 25);
      const told = answer.headers.filter(([name]) => !PLAIN.has(name)).map(([name, value]) => `${name}: ${oneLine(value, 300)}`);
      const headers = cutBytes(told.join('\n'), Math.floor(budget.leftBytes / 3));
      const text = body ?? '';
      const shown = cutBytes(text, Math.max(0, budget.leftBytes - Buffer.byteLength(headers)));
      release();
      const rest = Buffer.byteLength(text) - Buffer.byteLength(shown);
      const more = rest > 0 || cut ? `\n… ${cut ? 'more than ' : ''}${thousands(rest)} bytes left out …` : '';
      const binary = body === undefined && bytes > 0 ? `(${count(bytes, 'byte')} that are no text)` : '';
      return blocks(
        head,
        fence(blocks(headers, `\n${shown}${more}${binary}`), { what: `headers and body, ${count(bytes, 'byte')}` }),
      );
    },
    data: (budget) => ({
      pod: answer.pod,
      port: answer.port,
      status,
      headers: Object.fromEntries(answer.headers),
      body: body === undefined ? null : cutBytes(body, Math.max(200, budget.leftBytes - 1_500)),
      bytes,
      ...(cut && { cut }),
      milliseconds: answer.milliseconds,
    }),
  };
}

function pathOf(path: string): string {
  if (path.startsWith('/') && !/[\s#]/.test(path)) return encodeURI(path).replaceAll('%25', '%');
  throw new UsageError(`kube_http: argument "path" cannot be ${quoted(path, 80)}.`, {
    code: 'invalid-argument',
    field: 'path',
    advice: 'It begins with a slash and holds no blanks: /healthz?verbose.',
  });
}

/** Names of headers that a connection is made of: two different ones would make two requests of one. */
const OURS: ReadonlySet<string> = new Set(['connection', 'content-length', 'transfer-encoding', 'upgrade', 'te', 'trailer']);

function headersOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const text = typeof value === 'number' ? String(value) : value;
      const right = typeof text === 'string' && /^[\t\x20-\x7e\x80-\xff]*$/.test(text) && /^[\w!#$%&'*+.^`|~-]+$/.test(name);
      if (right && !OURS.has(name.toLowerCase())) return [name, text];
      throw new UsageError(`kube_http: argument "headers" cannot hold ${quoted(name, 60)}: ${quoted(value, 60)}.`, {
        code: 'invalid-argument',
        field: 'headers',
        advice: 'Values are texts; those that belong to the connection are set by Fairlead.',
      });
    }),
  );
}
