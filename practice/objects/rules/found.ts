import type { StatusCause } from '../../status.ts';
import { isFields } from '../values.ts';

/** What is wrong, collected in the server's words. */
export class Found {
  readonly causes: StatusCause[] = [];

  #add(reason: string, field: string, message: string): void {
    this.causes.push({ reason, message, field });
  }

  required(field: string, detail?: string): void {
    this.#add('FieldValueRequired', field, detail === undefined ? 'Required value' : `Required value: ${detail}`);
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.#add('FieldValueInvalid', field, `Invalid value: ${shown(value)}: ${detail}`);
  }

  unsupported(field: string, value: unknown, supported: readonly string[]): void {
    const list = supported.map((one) => JSON.stringify(one)).join(', ');
    this.#add('FieldValueNotSupported', field, `Unsupported value: ${shown(value)}: supported values: ${list}`);
  }

  duplicate(field: string, value: unknown): void {
    this.#add('FieldValueDuplicate', field, `Duplicate value: ${shown(value)}`);
  }

  forbidden(field: string, detail: string): void {
    this.#add('FieldValueForbidden', field, `Forbidden: ${detail}`);
  }

  notFound(field: string, value: unknown): void {
    this.#add('FieldValueNotFound', field, `Not found: ${shown(value)}`);
  }

  tooLong(field: string, most: number): void {
    this.#add('FieldValueTooLong', field, `Too long: may not be more than ${most} bytes`);
  }
}

/** Maps in the order of their keys, as Go prints them; other objects as they come. */
export function shown(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part: unknown) => {
    if (!isFields(part) || !Object.values(part).every((one) => typeof one === 'string')) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
