import { HIDDEN, markerOf } from './marker.ts';
import {
  COPIES,
  IMAGES,
  isDefinition,
  isFields,
  isMapOfNames,
  isMapOfSecrets,
  PLAIN_ANNOTATIONS,
  REFERRING_NEIGHBOURS,
  VALUE_FIELDS,
  type Fields,
} from './kinds.ts';
import type { Family } from './name-words.ts';
import { familyOf } from './names.ts';
import { familyOfOption, redactPlainText, redactWord } from './plain-text.ts';
import { hideAnnotations, hideSecret, redactKind } from './secrets.ts';
import { triggersOf } from './triggers.ts';
import { isHarmless, isUrlWithPassword } from './values.ts';

/** Where in an object the walk is. */
interface Scene {
  /**
   * What the keys are: `fields` have a meaning; `names` were chosen to select or to count by, so that they say nothing of
   * their values; `secrets` each stand for a secret, whatever they are.
   */
  readonly keys: 'fields' | 'names' | 'secrets';
  /** The family of the name that this object or list stands under. */
  readonly under: Family | undefined;
  readonly depth: number;
  /** How many texts of JSON this is inside of. */
  readonly nested: number;
  /** The values of this Secret may be seen. */
  readonly reveal?: true;
}

const TOP: Scene = { keys: 'fields', under: undefined, depth: 0, nested: 0 };

/** Deeper than any schema goes; what lies below is not looked at, and therefore not shown. */
const DEEPEST = 96;
/** JSON inside JSON inside JSON … beyond this is looked through as text. */
const MOST_NESTED = 3;
/** JSON inside a text is read when it is no longer than this; longer ones are looked through as text. */
const JSON_AT_MOST = 512 * 1024;

/**
 * Hides what is secret in an object, in place. Since it runs before any filter, projection or diff sees the object, no
 * question about the value of a Secret can be put at all, and none can be answered by what is left out.
 */
export function redactFields(fields: Fields): void {
  walk(fields, TOP);
}

/**
 * Hides the values of a Secret, whether or not the object says that it is one: the items of a list do not.
 * @param reveal leaves data and stringData as they are
 */
export function redactSecret(fields: Fields, reveal = false): void {
  if (!reveal) hideSecret(fields);
  else hideAnnotations(fields);
  walk(fields, reveal ? { ...TOP, reveal } : TOP);
}

/** Hides what is secret in a text: JSON is read as what it is, everything else by its looks. */
export function redactString(text: string, nested = 0): string {
  const triggers = triggersOf(text);
  if (triggers === 0) return text;
  const first = text.charCodeAt(0);
  const looksLikeJson = first === 0x7b || first === 0x5b || (first <= 0x20 && /^\s*[{[]/.test(text));
  if (!looksLikeJson || nested >= MOST_NESTED || text.length > JSON_AT_MOST) return redactPlainText(text, triggers);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return redactPlainText(text, triggers);
  }
  const before = JSON.stringify(parsed);
  const scene = { ...TOP, nested: nested + 1 };
  if (Array.isArray(parsed)) walkList(parsed, scene);
  else walk(parsed as Fields, scene);
  // As long as nothing is hidden the text stays as it was written.
  if (JSON.stringify(parsed) === before) return text;
  const indent = /^\s*[{[]\r?\n( +|\t+)/.exec(text)?.[1];
  return JSON.stringify(parsed, null, indent);
}

function walk(fields: Fields, scene: Scene): void {
  if (scene.depth > DEEPEST) {
    for (const key in fields) if (fields[key] !== null) fields[key] = HIDDEN;
    return;
  }
  const meaningful = scene.keys === 'fields';
  if (meaningful) {
    if (typeof fields['kind'] === 'string' && scene.reveal !== true) redactKind(fields);
    if (isDefinition(fields)) {
      if (isFields(fields['metadata'])) walk(fields['metadata'], TOP);
      return;
    }
    hidePairedValue(fields);
  }
  for (const key in fields) {
    const value = fields[key];
    if (typeof value === 'string') {
      const shown = redactValue(key, value, scene, fields);
      if (shown !== value) fields[key] = shown;
    } else if (typeof value === 'object') {
      if (value === null || (scene.reveal === true && (key === 'data' || key === 'stringData'))) continue;
      if (key === 'managedFields' && Array.isArray(value)) delete fields[key];
      else if (key === 'annotations' && isFields(value)) redactAnnotations(value, scene);
      else walkInto(key, value, scene);
    } else if (typeof value === 'number' && meaningful && value > 999 && familyOf(key) === 'password') {
      // YAML makes a number of a password that has only digits.
      fields[key] = markerOf(String(value));
    }
  }
}

function walkInto(key: string, value: object, { keys, depth, nested }: Scene): void {
  const under = keys === 'fields' ? familyOf(key) : undefined;
  if (Array.isArray(value)) {
    walkList(value, { keys: 'fields', under, depth: depth + 1, nested });
    return;
  }
  const inner = isMapOfNames(key) ? 'names' : under !== undefined && isMapOfSecrets(key) ? 'secrets' : 'fields';
  walk(value as Fields, { keys: inner, under, depth: depth + 1, nested });
}

function walkList(list: unknown[], scene: Scene): void {
  const inner: Scene = { ...scene, keys: 'fields', depth: scene.depth + 1 };
  let option: Family | undefined;
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (typeof item === 'string') {
      const shown = redactItem(item, scene, option, list[index - 1]);
      if (shown !== item) list[index] = shown;
      option = familyOfOption(item);
      continue;
    }
    option = undefined;
    if (typeof item !== 'object' || item === null) continue;
    if (scene.depth > DEEPEST) list[index] = HIDDEN;
    else if (Array.isArray(item)) walkList(item, inner);
    else walk(item as Fields, inner);
  }
}

/** What is shown of a text in a list, which may be the value of the `--password` before it. */
function redactItem(item: string, scene: Scene, option: Family | undefined, before: unknown): string {
  if (option !== undefined && !item.startsWith('-')) return isHarmless(item, option) ? item : HIDDEN;
  if (scene.under !== undefined && !isHarmless(item, scene.under)) return markerOf(item);
  // After `sh -c` comes a script, of which no assignment is the whole.
  const script = typeof before === 'string' && /^-[a-z]{0,4}c$/.test(before);
  return (item.includes('=') && !script ? redactWord(item) : undefined) ?? redactString(item, scene.nested);
}

/** What is shown of a text under a key. */
function redactValue(key: string, value: string, scene: Scene, fields: Fields): string {
  if (scene.keys === 'fields') {
    if (IMAGES.has(key)) return value;
    const family = familyOf(key) ?? (VALUE_FIELDS.has(key) ? scene.under : undefined);
    if (family !== undefined && !isHarmless(value, family) && !isReference(key, fields)) return hideWhole(value, family);
  } else if (scene.keys === 'secrets' && !isHarmless(value, scene.under ?? 'password')) {
    return markerOf(value);
  }
  return redactString(value, scene.nested);
}

/** Of an address that holds a password only the password is hidden, so that the host stays known. */
function hideWhole(value: string, family: Family): string {
  return family === 'dsn' && isUrlWithPassword(value) ? redactPlainText(value) : markerOf(value);
}

/** `secretKey: password` beside `remoteRef` is the name of a key. */
function isReference(key: string, fields: Fields): boolean {
  return key === 'secretKey' && REFERRING_NEIGHBOURS.some((neighbour) => neighbour in fields);
}

/** `{name: DB_PASSWORD, value: x}`, wherever it stands: variables of containers, parameters, headers. */
function hidePairedValue(fields: Fields): void {
  const slot = typeof fields['value'] === 'string' ? 'value' : typeof fields['default'] === 'string' ? 'default' : undefined;
  if (slot === undefined) return;
  const name = fields['name'] ?? fields['key'] ?? fields['variable'] ?? fields['Name'] ?? fields['Key'];
  // Taints and tolerations have keys and values too, which are labels.
  if (typeof name !== 'string' || 'effect' in fields || 'operator' in fields) return;
  const family = familyOf(name) ?? (/^(?:set-)?cookie$/i.test(name) ? 'token' : undefined);
  const value = fields[slot] as string;
  if (family !== undefined && !isHarmless(value, family)) fields[slot] = hideWhole(value, family);
}

function redactAnnotations(annotations: Fields, scene: Scene): void {
  for (const name in annotations) {
    const value = annotations[name];
    if (COPIES.some((copy) => copy.name.test(name))) {
      delete annotations[name];
    } else if (typeof value === 'string') {
      const family = familyOf(name);
      // A Secret is named in an annotation, never put there: nginx.ingress.kubernetes.io/auth-secret.
      const telling = family !== undefined && family !== 'secret' && !PLAIN_ANNOTATIONS.some((plain) => plain.name.test(name));
      if (telling && !isHarmless(value, family)) annotations[name] = hideWhole(value, family);
      else annotations[name] = redactString(value, scene.nested);
    } else if (typeof value === 'object' && value !== null) {
      // No annotations of an object: a field of this name in some schema.
      walkInto(name, value, scene);
    }
  }
}
