import {
  blocks,
  fence,
  FENCE_TOKENS,
  oneLine,
  shorten,
  type Answer,
  type Budget,
  type JsonObject,
} from '../../../answers/index.ts';
import { apiVersionOf } from '../../../kubernetes/index.ts';
import type { Explained, FieldDoc } from '../../../operations/index.ts';

/** How much is told: down to which level, and how long descriptions are, in characters. */
interface Detail {
  readonly depth: number;
  readonly description: number;
}

/** The description of the field itself, in characters. */
const OWN_DESCRIPTION = 1_000;

/** The documentation of a field: itself in full, what is below it a line each. All of it is text of whoever wrote the schema. */
export function explainAnswer(
  explained: Explained,
  scene: { readonly cluster: string; readonly depth: number; readonly mark?: string },
): Answer {
  const { field } = explained;
  return {
    text(budget) {
      const head = budget.spend(headOf(explained, scene.cluster));
      const room = budget.reserve(FENCE_TOKENS + 35);
      const own = ownLines(field, Math.min(OWN_DESCRIPTION, budget.left));
      const ownText = budget.spend(own.join('\n'));
      const { detail, lines, cut } = fitted(field, scene.depth, budget);
      room();
      const body = blocks(ownText, lines);
      return blocks(
        head,
        body === '' ? '' : fence(body, scene.mark === undefined ? {} : { mark: scene.mark }),
        missingLine(field, scene.depth, detail.depth, cut),
      );
    },
    data(budget) {
      const base = {
        cluster: scene.cluster,
        kind: explained.kind.kind,
        apiVersion: apiVersionOf(explained.kind),
        path: explained.path,
      };
      const whole = { ...base, otherVersions: explained.otherVersions };
      for (const detail of details(scene.depth)) {
        const data = { ...whole, field: fieldData(field, detail, OWN_DESCRIPTION) };
        if (budget.fits(JSON.stringify(data))) return data;
      }
      return {
        ...whole,
        field: fieldData(field, { depth: 0, description: 0 }, OWN_DESCRIPTION),
        fields: field.fields.map(({ name }) => name),
      };
    },
  };
}

/** One line however much is missing. */
function missingLine(field: FieldDoc, wanted: number, depth: number, cut: number): string {
  const levels = depth < wanted && hasBelow(field, depth) ? `only depth ${depth} of ${wanted}` : '';
  const fields = cut > 0 ? `${cut} more fields` : '';
  const missing = [fields, levels].filter((part) => part !== '').join(', ');
  return missing === '' ? '' : `… ${missing}; ask for a path further down, or with more max_tokens.`;
}

/** What is tried until it fits: descriptions go before levels do. */
function details(depth: number): Detail[] {
  const levels = Array.from({ length: Math.max(1, depth) }, (_, index) => depth - index);
  return levels.flatMap((level) => [160, 80, 0].map((description) => ({ depth: level, description })));
}

function fitted(
  field: FieldDoc,
  depth: number,
  budget: Budget,
): { readonly detail: Detail; readonly lines: string; readonly cut: number } {
  let last: { detail: Detail; lines: string[] } = { detail: { depth, description: 0 }, lines: [] };
  for (const detail of details(depth)) {
    const lines = field.fields.flatMap((child) => linesOf(child, detail, 1));
    if (lines.length === 0 || budget.take(lines.join('\n'))) return { detail, lines: lines.join('\n'), cut: 0 };
    last = { detail, lines };
  }
  // Not even the names of one level fit.
  const shown: string[] = [];
  for (const line of last.lines) {
    if (!budget.take(line)) break;
    shown.push(line);
  }
  return { detail: last.detail, lines: shown.join('\n'), cut: last.lines.length - shown.length };
}

function headOf({ kind, path, field, otherVersions }: Explained, cluster: string): string {
  const also = otherVersions.length === 0 ? '' : `, also served as ${otherVersions.join(', ')}`;
  const place = path === '' ? kind.kind : `${kind.kind}.${path} is ${field.type}${field.required ? ', required' : ''}`;
  const below =
    field.fields.length === 0 ? (field.open ? '; any fields are kept' : '') : `, ${field.fields.length + field.hidden} fields`;
  return oneLine(`${place}${below} (${apiVersionOf(kind)}${also}; cluster ${cluster}).`, 600);
}

/** What the field asked for says of itself: its description whole, then whatever limits it. */
function ownLines(field: FieldDoc, description: number): string[] {
  const facts = factsOf(field, 12);
  return [...(field.description === '' ? [] : [oneLine(plain(field.description), description)]), ...facts].filter(
    (line) => line !== '',
  );
}

/** `  name <type> required; default "x"; enum a|b: What it is for.`, and the fields below it. */
function linesOf(field: FieldDoc, detail: Detail, level: number): string[] {
  const facts = [field.required ? 'required' : '', ...factsOf(field, 8)].filter((fact) => fact !== '');
  const deeper = level >= detail.depth || isStandard(field, level) ? field.fields.length + field.hidden : field.hidden;
  const more = deeper > 0 ? ` +${deeper}` : '';
  const said =
    detail.description === 0 || isStandard(field, level) ? '' : shorten(firstSentence(field.description), detail.description);
  const indent = '  '.repeat(level - 1);
  const line = `${indent}${field.name} <${field.type}${more}>${facts.length === 0 ? '' : ` ${facts.join('; ')}`}${said === '' ? '' : `: ${said}`}`;
  const below =
    level < detail.depth && !isStandard(field, level) ? field.fields.flatMap((child) => linesOf(child, detail, level + 1)) : [];
  return [line, ...below];
}

/** Every kind has these, and whoever asks knows them. */
function isStandard(field: FieldDoc, level: number): boolean {
  return level === 1 && ['apiVersion', 'kind', 'metadata'].includes(field.name) && /^(string|ObjectMeta)$/.test(field.type);
}

function factsOf(field: FieldDoc, enums: number): string[] {
  const values = field.enum.length > enums ? [...field.enum.slice(0, enums), `… ${field.enum.length} values`] : field.enum;
  const { minimum, maximum, pattern, format, ...rest } = field.constraints;
  const range = minimum === undefined && maximum === undefined ? '' : `${minimum ?? ''}..${maximum ?? ''}`;
  return [
    field.default === undefined ? '' : `default ${oneLine(JSON.stringify(field.default), 80)}`,
    values.length === 0 ? '' : `one of ${oneLine(values.join('|'), 300)}`,
    range,
    pattern === undefined ? '' : `pattern ${oneLine(String(pattern), 100)}`,
    // `Time` says it already.
    format === undefined || field.type.endsWith('Time') ? '' : String(format),
    ...Object.entries(rest).map(([name, value]) => (value === true ? name : `${name} ${value}`)),
    field.keys.length === 0 ? '' : `keyed by ${field.keys.join(', ')}`,
    ...field.rules.map((rule) => `rule: ${oneLine(rule, 140)}`),
    field.open ? 'any fields' : '',
  ].filter((fact) => fact !== '');
}

/** Without what is told otherwise (the values of an enum) and the addresses of documents. */
function plain(description: string): string {
  return oneLine(description.replace(/\s*Possible enum values:[\s\S]*$/, ''), 4_000)
    .replaceAll(/\s*(More info|Read more|See)( about [^:]*)?:? https?:\/\/\S+/gi, '')
    .trim();
}

function firstSentence(description: string): string {
  const text = plain(description);
  // An abbreviation or a version is no end: the next word of a sentence begins with a capital letter.
  const end = /[.!?](?= +[A-Z`"'(])/.exec(text.replaceAll(/\b(e\.g|i\.e|etc|vs)\./g, (word) => word.replaceAll('.', '_')));
  return end === null ? text : text.slice(0, end.index + 1);
}

function hasBelow(field: FieldDoc, depth: number): boolean {
  return depth === 0 ? field.fields.length > 0 : field.fields.some((child) => hasBelow(child, depth - 1));
}

function fieldData(field: FieldDoc, detail: Detail, description: number): JsonObject {
  const { name, type, required, constraints, keys, rules, open } = field;
  const said = description === 0 ? '' : shorten(plain(field.description), description);
  const below =
    detail.depth > 0
      ? field.fields.map((child) => fieldData(child, { ...detail, depth: detail.depth - 1 }, detail.description))
      : [];
  const hidden = field.hidden + field.fields.length - below.length;
  return {
    name,
    type,
    ...(required && { required }),
    ...(said !== '' && { description: said }),
    ...(field.enum.length > 0 && { enum: field.enum }),
    ...(field.default !== undefined && { default: field.default }),
    ...(Object.keys(constraints).length > 0 && { constraints }),
    ...(keys.length > 0 && { keys }),
    ...(rules.length > 0 && { rules }),
    ...(open && { open }),
    ...(below.length > 0 && { fields: below }),
    ...(hidden > 0 && { hidden }),
  };
}
