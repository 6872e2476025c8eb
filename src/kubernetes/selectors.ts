import { quoted, UsageError } from '../platform/index.ts';

/** `app`, `app.kubernetes.io/name`. */
const KEY = String.raw`(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?`;
/** A value, which may be empty, with the blanks around it: each blank has one place only, or a search would never end. */
const VALUE = String.raw`\s*(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?\s*)?`;
const LIST = String.raw`\(${VALUE}(?:,${VALUE})*\)`;

/** One requirement of a label selector, as apimachinery's `labels.Parse` accepts it. */
const REQUIREMENT = new RegExp(
  String.raw`^\s*(?:!\s*${KEY}\s*|${KEY}(?:\s*|\s*(?:==?|!=)${VALUE}|\s*[<>]\s*-?\d{1,19}\s*|\s+(?:in|notin)\s*${LIST}\s*))$`,
);

/** One requirement of a field selector; its value may be anything, with a backslash before `,`, `=` and itself. */
const FIELD = /^\s*[A-Za-z][\w.[\]/-]{0,252}\s*(?:!=|==?)(?:[^\\=]|\\[\\,=])*$/;

/**
 * Makes sure that a label selector is one, before it becomes part of a request: the sentence says which part is wrong.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 * @throws UsageError
 */
export function checkLabelSelector(selector: string): void {
  for (const part of splitOutside(selector)) {
    if (REQUIREMENT.test(part)) continue;
    throw new UsageError(`${quoted(part.trim(), 80)} is no label selector.`, {
      code: 'invalid-argument',
      field: 'labels',
      advice: 'Examples: app=web, tier!=cache, env in (dev,test), !canary; several by comma.',
    });
  }
}

/**
 * The same for a field selector. Which fields a kind can be selected by, the server knows.
 * @throws UsageError
 */
export function checkFieldSelector(selector: string): void {
  for (const part of selector.split(/(?<!\\),/)) {
    if (FIELD.test(part)) continue;
    throw new UsageError(`${quoted(part.trim(), 80)} is no field selector.`, {
      code: 'invalid-argument',
      field: 'fields',
      advice: 'Examples: status.phase=Running, metadata.name!=web, spec.nodeName=node-1; several by comma.',
    });
  }
}

/** Splits at commas outside brackets. */
function splitOutside(text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '(') depth++;
    else if (sign === ')') depth--;
    else if (sign === ',' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}
