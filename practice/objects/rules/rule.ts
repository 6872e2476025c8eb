import { fieldsOf, isList, textOf, type Fields } from '../values.ts';
import { portName, type Format } from './formats.ts';
import type { Found } from './found.ts';

/** Looks at one value and tells what is wrong with it. `around`: the fields that it stands among. */
export type Rule = (found: Found, path: string, value: unknown, around: Fields) => void;

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** The rules of an object's fields, kept in the order in which the server goes through them. Missing objects are empty ones. */
export const fields =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (found, path, value) => {
    const around = fieldsOf(value);
    for (const [name, rule] of Object.entries(rules)) rule(found, join(path, name), around[name], around);
  };

/** Nothing is asked of what is not there. */
export const given =
  (rule: Rule): Rule =>
  (found, path, value, around) => {
    if (value !== undefined && value !== null) rule(found, path, value, around);
  };

export const all =
  (...rules: readonly Rule[]): Rule =>
  (found, path, value, around) => {
    for (const rule of rules) rule(found, path, value, around);
  };

/** The first rule that finds something is the last. */
export const firstOf =
  (...rules: readonly Rule[]): Rule =>
  (found, path, value, around) => {
    const before = found.causes.length;
    for (const rule of rules) if (found.causes.length === before) rule(found, path, value, around);
  };

export const each =
  (rule: Rule): Rule =>
  (found, path, value) => {
    if (isList(value)) value.forEach((item, i) => rule(found, `${path}[${i}]`, item, fieldsOf(item)));
  };

/** Of a map: with `path[key]`. */
export const eachEntry =
  (rule: (found: Found, path: string, key: string, value: unknown) => void): Rule =>
  (found, path, value) => {
    for (const [key, part] of Object.entries(fieldsOf(value)).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      rule(found, `${path}[${key}]`, key, part);
  };

const isMissing = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (isList(value) && value.length === 0);

export const required =
  (detail?: string): Rule =>
  (found, path, value) => {
    if (isMissing(value)) found.required(path, detail);
  };

/** Of a text that is there and not empty. */
export const format =
  (check: Format): Rule =>
  (found, path, value) => {
    if (typeof value === 'string' && value !== '') for (const why of check(value)) found.invalid(path, value, why);
  };

export const requiredFormat = (check: Format): Rule => firstOf(required(), format(check));

/** @param supported in the order in which the server lists them */
export const among =
  (...supported: readonly string[]): Rule =>
  (found, path, value) => {
    if (!supported.includes(textOf(value ?? ''))) found.unsupported(path, value ?? '', supported);
  };

export const atLeast =
  (least: number): Rule =>
  (found, path, value) => {
    if (typeof value === 'number' && value < least) found.invalid(path, value, `must be greater than or equal to ${least}`);
  };

export const between =
  (least: number, most: number): Rule =>
  (found, path, value) => {
    if (typeof value === 'number' && (value < least || value > most))
      found.invalid(path, value, `must be between ${least} and ${most}, inclusive`);
  };

export const port = between(1, 65_535);

/** A number, or the name of a port. */
export const portOrName: Rule = (found, path, value, around) =>
  typeof value === 'string' ? format(portName)(found, path, value, around) : port(found, path, value ?? 0, around);

/** Every item must differ from those before it in a field. */
export const distinct =
  (field: string): Rule =>
  (found, path, value) => {
    const seen = new Set<unknown>();
    if (!isList(value)) return;
    value.map(fieldsOf).forEach((item, i) => {
      const key = item[field];
      if (isMissing(key)) return;
      if (seen.has(key)) found.duplicate(`${path}[${i}].${field}`, key);
      seen.add(key);
    });
  };

/** Exactly one of these fields. */
export const oneHandler =
  (names: readonly string[], what: string, none: (found: Found, path: string) => void): Rule =>
  (found, path, value) => {
    const used = names.filter((name) => fieldsOf(value)[name] !== undefined);
    for (const name of used.slice(1)) found.forbidden(`${path}.${name}`, `may not specify more than 1 ${what}`);
    if (used.length === 0) none(found, path);
  };
