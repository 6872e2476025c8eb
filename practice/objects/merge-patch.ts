import { isFields } from './values.ts';

/** RFC 7386: objects are merged, null takes a field away, everything else replaces. */
export function mergePatched(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const out: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete out[name];
    else out[name] = mergePatched(out[name], value);
  }
  return out;
}
