import { StatusError } from '../../status.ts';

/** The form in which an object is wanted. */
export type Form = 'Object' | 'Table' | 'PartialObjectMetadata';

interface MediaRange {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const ACCEPTED = new Set(['application/json', 'application/*', '*/*']);
const FORMS: Readonly<Record<string, Form>> = {
  Table: 'Table',
  PartialObjectMetadata: 'PartialObjectMetadata',
  PartialObjectMetadataList: 'PartialObjectMetadata',
};

/**
 * The first form of an `Accept` header that is on offer.
 * @throws StatusError (406)
 */
export function formOf(accept: string | undefined): Form {
  if (accept === undefined || accept.trim() === '') return 'Object';
  for (const { type, parameters } of mediaRanges(accept)) {
    if (!ACCEPTED.has(type)) continue;
    const { as, g = 'meta.k8s.io', v = 'v1' } = parameters;
    if (as === undefined) return 'Object';
    const form = FORMS[as];
    if (form !== undefined && g === 'meta.k8s.io' && v === 'v1') return form;
  }
  throw new StatusError(406, 'NotAcceptable', '406: Not Acceptable\n\nAvailable representations: application/json', {});
}

export function mediaRanges(accept: string): readonly MediaRange[] {
  return accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    return { type, parameters: Object.fromEntries(parameters.map((parameter) => parameter.split('=', 2))) };
  });
}
