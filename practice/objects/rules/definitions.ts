import { fieldsOf, isEmpty, isFields, listOf, textOf, type Fields } from '../values.ts';
import { dns1035Label, dnsSubdomain } from './formats.ts';
import type { Found } from './found.ts';
import { all, each, fields, format, given, required, requiredFormat, type Rule } from './rule.ts';

const SCOPES = ['Cluster', 'Namespaced'];
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];

const fullName: Rule = (found, path, name, object) => {
  const { names, group } = fieldsOf(object['spec']);
  if (name !== `${textOf(fieldsOf(names)['plural'])}.${textOf(group)}`)
    found.invalid(path, name, 'must be spec.names.plural+"."+spec.group');
};

const group: Rule = (found, path, value) => {
  requiredFormat(dnsSubdomain)(found, path, value, {});
  if (typeof value === 'string' && value !== '' && !value.includes('.'))
    found.invalid(path, value, 'should be a domain with at least one dot');
};

const scope: Rule = (found, path, value) => {
  if (value === undefined || value === '') found.required(path);
  else if (!SCOPES.includes(textOf(value))) found.unsupported(path, value, SCOPES);
};

/** A version as the server shows it: what all versions have in common stands apart from them. */
const shownVersion = ({ name, served, storage, deprecated, deprecationWarning }: Fields): Fields => ({
  Name: name,
  Served: served,
  Storage: storage,
  Deprecated: deprecated ?? false,
  DeprecationWarning: deprecationWarning ?? null,
  Schema: null,
  Subresources: null,
  AdditionalPrinterColumns: null,
  SelectableFields: null,
});

const storage: Rule = (found, path, value) => {
  const versions = listOf(value).map(fieldsOf);
  const names = versions.map(({ name }) => name);
  const stored = versions.filter((version) => version['storage'] === true).map(({ name }) => name);
  if (new Set(names).size < names.length) found.invalid(path, versions.map(shownVersion), 'must contain unique version names');
  if (stored.length === 1) return;
  found.invalid(path, versions.map(shownVersion), 'must have exactly one version marked as storage version');
  const [first, ...more] = stored;
  if (first === undefined) found.invalid('status.storedVersions', null, 'must have at least one stored version');
  for (const name of more) found.invalid('status.storedVersions', [first], `must have the storage version ${textOf(name)}`);
};

/** Every value that a schema speaks of has a type. */
function checkTypes(found: Found, path: string, schema: unknown, where: string): void {
  if (!isFields(schema)) return;
  const { type, properties, items, additionalProperties } = schema;
  const free = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (isEmpty(type) && !free) found.required(`${path}.type`, `must not be empty ${where}`);
  checkTypes(found, `${path}.items`, items, 'for specified array items');
  checkTypes(found, `${path}.additionalProperties`, additionalProperties, 'for specified object fields');
  for (const [name, field] of Object.entries(fieldsOf(properties)).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    checkTypes(found, `${path}.properties[${name}]`, field, 'for specified object fields');
}

const schema: Rule = (found, path, value) => {
  checkTypes(found, path, value, 'at the root');
  const { type } = fieldsOf(value);
  if (!isEmpty(type) && type !== 'object') found.invalid(`${path}.type`, type, 'must be object at the root');
};

const column: Rule = (found, path, value) => {
  const { name, type, jsonPath } = fieldsOf(value);
  required()(found, `${path}.name`, name, {});
  if (isEmpty(type) || type === '') found.required(`${path}.type`);
  else if (!COLUMN_TYPES.includes(textOf(type))) found.invalid(`${path}.type`, type, `must be one of ${COLUMN_TYPES.join(',')}`);
  if (isEmpty(jsonPath) || jsonPath === '') found.required(`${path}.JSONPath`);
  else if (!textOf(jsonPath).startsWith('.'))
    found.invalid(`${path}.JSONPath`, jsonPath, 'must be a simple json path starting with .');
};

const under =
  (root: string): Rule =>
  (found, path, value) => {
    if (value === undefined || value === '') found.required(path);
    else if (!textOf(value).startsWith(root)) found.invalid(path, value, `should be a json path under ${root.slice(0, -1)}`);
  };

const scale: Rule = fields({ specReplicasPath: under('.spec.'), statusReplicasPath: under('.status.') });

const versions: Rule = (found, path, value) => {
  const several = listOf(value).length > 1;
  listOf(value)
    .map(fieldsOf)
    .forEach((version, i) => {
      const own = `${path}[${i}]`;
      // Of one version alone the server speaks as if it stood in the spec itself, as it did in v1beta1.
      const apart = several ? own : 'spec';
      requiredFormat(dns1035Label)(found, `${own}.name`, version['name'], version);
      const { openAPIV3Schema } = fieldsOf(version['schema']);
      if (openAPIV3Schema === undefined) found.required(`${own}.schema.openAPIV3Schema`);
      else schema(found, `${apart}.${several ? 'schema' : 'validation'}.openAPIV3Schema`, openAPIV3Schema, {});
      each(column)(found, `${apart}.additionalPrinterColumns`, version['additionalPrinterColumns'], version);
      given(scale)(found, `${apart}.subresources.scale`, fieldsOf(version['subresources'])['scale'], version);
    });
};

const names: Rule = fields({
  plural: requiredFormat(dns1035Label),
  singular: requiredFormat(dns1035Label),
  kind: required(),
  listKind: required(),
  shortNames: each(format(dns1035Label)),
});

export const customResourceDefinition: Rule = (found, path, value) => {
  const object = fieldsOf(value);
  fullName(found, 'metadata.name', fieldsOf(object['metadata'])['name'], object);
  fields({ spec: fields({ group, scope, versions: all(versions, storage), names }) })(found, path, value, object);
};
