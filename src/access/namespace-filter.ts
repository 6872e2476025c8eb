import { at, isResourceRequest, textAt, type ApiRequest } from '../kubernetes/index.ts';
import { hasNamespaceRules, namespaceAllowed } from './permits.ts';
import type { Policy } from './policy.ts';
import type { Fields } from './redact/kinds.ts';
import { columnNames } from './redact/tables.ts';
import { isNamespaces } from './request-shape.ts';

/**
 * Takes the objects of forbidden namespaces out of answers over all namespaces. The gate lets such lists and watches go
 * out, because a request alone does not tell the Nodes of a cluster from the Pods of all namespaces.
 * Undefined when the policy forbids no namespace, so that nobody else pays for it.
 */
export function namespaceFilter(
  policy: Policy,
): ((request: ApiRequest, body: Fields, columns: readonly string[]) => Fields) | undefined {
  if (!hasNamespaceRules(policy)) return undefined;
  return (request, body, columns) => {
    if (!isResourceRequest(request) || request.namespace !== undefined || request.name !== undefined) return body;
    const ofNamespaces = isNamespaces(request);
    const visible = (object: unknown): boolean => {
      const name = textAt(object, 'metadata', ofNamespaces ? 'name' : 'namespace');
      return name === undefined ? !ofNamespaces : namespaceAllowed(policy, name);
    };
    if (request.verb === 'watch')
      return filterEvent(body, visible, (table) => filterRows(table, visible, ofNamespaces, policy, columns));
    if (Array.isArray(body['rows'])) filterRows(body, visible, ofNamespaces, policy, columns);
    else if (Array.isArray(body['items'])) body['items'] = body['items'].filter(visible);
    return body;
  };
}

function filterRows(
  table: Fields,
  visible: (object: unknown) => boolean,
  ofNamespaces: boolean,
  policy: Policy,
  columns: readonly string[],
): void {
  const own = columnNames(table);
  const names = own.length > 0 ? own : columns;
  // The server prints the name first where it leaves out the columns, in the later events of a watch.
  const nameColumn = names.length > 0 ? names.indexOf('Name') : 0;
  table['rows'] = (table['rows'] as unknown[]).filter((row) => {
    const object = at(row, 'object');
    if (at(object, 'metadata') !== undefined) return visible(object);
    const name = ofNamespaces ? at(row, 'cells', nameColumn) : undefined;
    // Without its object a row does not tell where it is from, and is dropped: the gate refuses to ask for such.
    return typeof name === 'string' && namespaceAllowed(policy, name);
  });
}

/**
 * An event about what may not be seen becomes a bookmark: nothing of the object is left but the version that the watch
 * has come to.
 */
function filterEvent(event: Fields, visible: (object: unknown) => boolean, filterTable: (table: Fields) => void): Fields {
  const { type, object } = event;
  if (type === 'ERROR' || type === 'BOOKMARK' || typeof object !== 'object' || object === null) return event;
  const fields = object as Fields;
  if (Array.isArray(fields['rows'])) {
    filterTable(fields);
    return event;
  }
  if (visible(fields)) return event;
  const { apiVersion, kind } = fields;
  const resourceVersion = textAt(fields, 'metadata', 'resourceVersion');
  return { type: 'BOOKMARK', object: { apiVersion, kind, metadata: { resourceVersion } } };
}
