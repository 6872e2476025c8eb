import { objectFromProtobuf } from '../protobuf/decode.ts';
import { badRequest, StatusError } from '../../status.ts';
import { bodyOf, header, type HttpRequest } from './request.ts';

/** The media type of a request's body without its parameters. */
export const contentTypeOf = (request: HttpRequest): string =>
  (header(request, 'content-type') ?? 'application/json').split(';', 1)[0]?.trim() ?? '';

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const YAML: ReadonlySet<string> = new Set(['application/yaml', 'application/apply-patch+yaml']);

/**
 * What a request brings, undefined for nothing.
 * @param accepted media types
 * @throws StatusError (400, 413, 415)
 */
export async function readBody(request: HttpRequest, accepted: readonly string[]): Promise<unknown> {
  const type = contentTypeOf(request);
  const body = await bodyOf(request);
  if (body.length === 0) return undefined;
  if (!accepted.includes(type)) {
    const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
    throw new StatusError(415, 'UnsupportedMediaType', message);
  }
  if (type === PROTOBUF) return parsed(() => objectFromProtobuf(body));
  const text = body.toString();
  if (YAML.has(type) && !text.trimStart().startsWith('{')) return parseYaml(text);
  const before = type.endsWith('patch+json') ? 'error decoding patch: ' : "couldn't get version/kind; json parse error: ";
  return parsed(() => parseJson(text), before);
}

/** What is cut off is told in Go's words; of other mistakes Node's say more. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    if (position === undefined ? /end of JSON input/.test(message) : Number(position) >= text.trimEnd().length)
      throw new SyntaxError('unexpected end of JSON input', { cause: error });
    throw error;
  }
}

/** Loaded when somebody sends it, which kubectl never does. */
async function parseYaml(text: string): Promise<unknown> {
  const { load } = await import('js-yaml');
  return parsed(() => load(text), 'yaml: ');
}

function parsed(parse: () => unknown, before = ''): unknown {
  try {
    return parse();
  } catch (error) {
    throw badRequest(before + (error as Error).message);
  }
}
