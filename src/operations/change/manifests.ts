import type { KubernetesObject } from '../../kubernetes/index.ts';
import { at, listAt, textAt } from '../../kubernetes/index.ts';
import { UsageError } from '../../platform/index.ts';

/** Characters of all documents together: more is no manifest that anybody reviews. */
export const LONGEST_MANIFESTS = 2 * 1024 * 1024;

/** Values in one document, aliases unfolded: nine lines of YAML can unfold to more than fits into memory. */
const MOST_VALUES = 200_000;
const DEEPEST = 100;

/**
 * Reads manifests as kubectl does: YAML or JSON, many documents, `List` objects unfolded. Octal numbers (`0644`) and the
 * words `yes`, `no`, `on`, `off` mean what they mean to kubectl, for which manifests are written.
 * @returns the objects in their order, each with apiVersion and kind
 * @throws UsageError naming the document and the line, never quoting the text, which may be a Secret
 */
export async function parseManifests(text: string): Promise<readonly KubernetesObject[]> {
  if (text.length > LONGEST_MANIFESTS) {
    throw wrong(`they are longer than ${LONGEST_MANIFESTS / 1024 / 1024} MiB`, 'Apply them in several calls.');
  }
  const documents = await documentsOf(text);
  const objects = documents.flatMap((document, index) => objectsIn(document, `document ${index + 1}`));
  if (objects.length === 0)
    throw wrong('they hold no object', 'Give at least one object with apiVersion, kind and metadata.name.');
  return objects;
}

/**
 * One value as YAML or JSON has it, for patches and the like.
 * @param field the argument, for the message
 */
export async function parseValue(text: string, field: string): Promise<unknown> {
  const documents = await documentsOf(text, field);
  if (documents.length !== 1) throw wrong(`there are ${documents.length} documents, and one is needed`, undefined, field);
  const [value] = documents;
  checkSize(value, field);
  return value;
}

async function documentsOf(text: string, field = 'manifests'): Promise<readonly unknown[]> {
  const { loadAll, YAMLException } = await import('js-yaml');
  try {
    return loadAll(text.replace(/^\uFEFF/, ''), { schema: await kubernetesSchema(), maxDepth: DEEPEST }).filter(
      (document) => document !== null && document !== undefined,
    );
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark === undefined ? '' : ` (line ${error.mark.line + 1}, column ${error.mark.column + 1})`;
    throw wrong(`they are neither YAML nor JSON: ${withoutQuotes(error.reason)}${line}`, undefined, field);
  }
}

/** What the parser says without what it quotes of the text. */
function withoutQuotes(reason: string): string {
  return reason.replaceAll(/"[^"]*"|'[^']{4,}'|<[^>]*>/g, '…');
}

/** YAML as kubectl reads it: the core schema, with the words and octal numbers of YAML 1.1, and merge keys. */
async function kubernetesSchema() {
  const { boolYaml11Tag, CORE_SCHEMA, defineScalarTag, intCoreTag, mergeTag, NOT_RESOLVED } = await import('js-yaml');
  const integer = defineScalarTag('tag:yaml.org,2002:int', {
    ...intCoreTag,
    resolve: (source, isExplicit, tagName) =>
      /^[-+]?0[0-7]+$/.test(source) ? Number.parseInt(source, 8) : intCoreTag.resolve(source, isExplicit, tagName),
  });
  // Single letters are names far more often than answers: a key "n" must not become "false".
  const truth = defineScalarTag('tag:yaml.org,2002:bool', {
    ...boolYaml11Tag,
    resolve: (source, isExplicit, tagName) =>
      /^[yn]$/i.test(source) ? NOT_RESOLVED : boolYaml11Tag.resolve(source, isExplicit, tagName),
  });
  return CORE_SCHEMA.withTags(truth, integer, mergeTag);
}

/** The objects of one document; a List stands for its items. */
function objectsIn(document: unknown, place: string): readonly KubernetesObject[] {
  checkSize(document, 'manifests', place);
  // JSON arrays are no manifests to kubectl, but there is nothing else that they could mean.
  if (Array.isArray(document)) return document.flatMap((item, index) => objectsIn(item, `${place}, item ${index + 1}`));
  const apiVersion = textAt(document, 'apiVersion');
  const kind = textAt(document, 'kind');
  if (typeof document !== 'object' || document === null) throw wrong(`${place} is no object`);
  if (apiVersion === undefined || kind === undefined) {
    throw wrong(
      `${place} has no ${apiVersion === undefined ? 'apiVersion' : 'kind'}`,
      'Each object needs apiVersion, kind and metadata.name.',
    );
  }
  if (kind.endsWith('List') && Array.isArray(at(document, 'items'))) {
    return listAt(document, 'items').flatMap((item, index) => objectsIn(item, `${place}, item ${index + 1}`));
  }
  if (textAt(document, 'metadata', 'name') === undefined) {
    throw wrong(
      `${place} (${kind}) has no metadata.name`,
      textAt(document, 'metadata', 'generateName') === undefined
        ? 'Each object needs apiVersion, kind and metadata.name.'
        : 'A generated name cannot be reviewed before it is there: give metadata.name.',
    );
  }
  return [JSON.parse(JSON.stringify(document)) as KubernetesObject];
}

/** Refuses what unfolds to too much, or to itself, before anything copies it. */
function checkSize(document: unknown, field: string, place = 'the text'): void {
  let values = 0;
  const walk = (value: unknown, depth: number): void => {
    values++;
    if (values > MOST_VALUES) throw wrong(`${place} holds more than ${MOST_VALUES} values, aliases counted`, undefined, field);
    if (depth > DEEPEST) throw wrong(`${place} is nested deeper than ${DEEPEST} levels, or holds itself`, undefined, field);
    if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) walk(part, depth + 1);
  };
  walk(document, 0);
}

function wrong(why: string, advice?: string, field = 'manifests'): UsageError {
  const subject = field === 'manifests' ? 'These manifests cannot be read' : `"${field}" cannot be read`;
  return new UsageError(`${subject}: ${why}.`, { code: 'invalid-manifest', field, advice });
}
