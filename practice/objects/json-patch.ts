import { badRequest, StatusError } from '../status.ts';
import { isFields, isList, textOf, type Fields } from './values.ts';
import { same } from '../same.ts';

/** More in one patch than a server takes. */
const MOST_OPERATIONS = 10_000;
/** In JSON: who copies a part into itself again and again soon has more than there is room for. */
const MOST_COPIED = 3 * 1024 * 1024;

/**
 * RFC 6902 as the API server keeps it, which is a little wider than the RFC: indices may count from the end, and
 * `replace` of a field that is not there adds it.
 * @throws StatusError 422 (which does not say why) when an operation does not apply, 400 for what is no patch
 */
export function jsonPatched(target: unknown, patch: unknown): unknown {
  if (!isList(patch) || !patch.every(isFields)) {
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp');
  }
  if (patch.length > MOST_OPERATIONS) {
    const message = `The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${patch.length}`;
    throw new StatusError(413, 'RequestEntityTooLarge', `Request entity is too large: ${message}`);
  }
  const root: Root = { document: structuredClone(target), copied: 0 };
  for (const operation of patch) {
    const run = OPERATIONS[textOf(operation['op'])];
    if (run === undefined) throw refusal();
    run(root, operation);
  }
  return root.document;
}

const refusal = (): StatusError =>
  new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});

/** The document is replaced as a whole by an operation on the empty path. */
interface Root {
  document: unknown;
  /** How many characters of JSON all copies so far come to. */
  copied: number;
}

interface Place {
  readonly container: Record<string, unknown> | unknown[];
  readonly key: string;
}

const OPERATIONS: Readonly<Record<string, (root: Root, operation: Fields) => void>> = {
  add: (root, operation) => add(find(root, operation['path']), valueOf(operation)),
  remove: (root, operation) => remove(find(root, operation['path'])),
  replace: (root, operation) => {
    if (operation['path'] === '') root.document = valueOf(operation);
    else put(find(root, operation['path']), valueOf(operation));
  },
  move: (root, operation) => {
    const source = find(root, operation['from']);
    const value = get(source);
    remove(source);
    add(find(root, operation['path']), value);
  },
  copy: (root, operation) => {
    const written = JSON.stringify(get(find(root, operation['from'])) ?? null);
    root.copied += written.length;
    if (root.copied > MOST_COPIED) throw refusal();
    add(find(root, operation['path']), JSON.parse(written));
  },
  test: (root, operation) => {
    const value = operation['path'] === '' ? root.document : get(find(root, operation['path']));
    if (!same(value ?? null, operation['value'] ?? null)) throw refusal();
  },
};

const valueOf = (operation: Fields): unknown => structuredClone(operation['value'] ?? null);

function find(root: Root, path: unknown): Place {
  if (typeof path !== 'string') throw refusal();
  const [, ...steps] = path.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = steps.pop();
  if (key === undefined) throw refusal();
  let container: unknown = root.document;
  for (const step of steps) container = get({ container: asContainer(container), key: step });
  return { container: asContainer(container), key };
}

function asContainer(value: unknown): Place['container'] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw refusal();
}

function get({ container, key }: Place): unknown {
  if (Array.isArray(container)) return container[indexIn(container.length, key)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function put({ container, key }: Place, value: unknown): void {
  if (Array.isArray(container)) container[indexIn(container.length, key)] = value;
  else container[key] = value;
}

function add({ container, key }: Place, value: unknown): void {
  if (!Array.isArray(container)) container[key] = value;
  else if (key === '-') container.push(value);
  else container.splice(indexIn(container.length + 1, key), 0, value);
}

function remove({ container, key }: Place): void {
  if (Array.isArray(container)) container.splice(indexIn(container.length, key), 1);
  else if (!Object.hasOwn(container, key)) throw refusal();
  else delete container[key];
}

function indexIn(length: number, key: string): number {
  const index = /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN;
  if (!(index < length && index >= -length)) throw refusal();
  return index < 0 ? index + length : index;
}
