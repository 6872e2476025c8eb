import { textAt } from '../../../src/kubernetes/index.ts';
import type { Outcome } from './side.ts';

/** What an operation came to where it should have come to something else; nothing where both are the same. */
export function outcomeDifferences(found: Outcome, wanted: Outcome): readonly string[] {
  if (found.status === wanted.status) return differences(found, wanted);
  return [`${told(found)} instead of ${told(wanted)}`];
}

const told = ({ status, body }: Outcome): string => `${status} ${textAt(body, 'message') ?? ''}`.trim();

/** Where two values differ, a line each: `body.spec.size: "S" instead of "M"`. */
export function differences(found: unknown, wanted: unknown, path = ''): readonly string[] {
  const [here, there] = [fieldsOf(found), fieldsOf(wanted)];
  if (here === undefined || there === undefined) {
    return JSON.stringify(found) === JSON.stringify(wanted) ? [] : [`${path}: ${inShort(found)} instead of ${inShort(wanted)}`];
  }
  const keys = new Set([...Object.keys(here), ...Object.keys(there)]);
  return [...keys].flatMap((key) => differences(here[key], there[key], path === '' ? key : `${path}.${key}`));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

const inShort = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 600));
