/** What an API server does to one object: patch, apply, default, validate, select. Pure functions; no object that comes in is changed. */

export type { ObjectType } from './type.ts';
export { labelSelector, parseLabelSelector, type LabelSelector } from './label-selectors.ts';
export { parseFieldSelector, type FieldSelector } from './field-selectors.ts';
export { patched, type PatchType } from './patch.ts';
export { applied, type ApplyRequest } from './apply.ts';
export { scaleTracked } from './scale-track.ts';
export { tracked, unchanged, type Writer } from './track.ts';
export { decoded, type Decoded, type FieldValidation, type PatchedBy } from './decode.ts';
export { defaulted } from './defaults.ts';
export { causesOf } from './validate.ts';
export { warningsOf } from './warnings.ts';
export { mergePatched } from './merge-patch.ts';
export { quantityValue } from './quantity.ts';
export { dnsSubdomain } from './rules/formats.ts';
