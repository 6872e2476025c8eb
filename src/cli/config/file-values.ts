import { delimiter } from 'node:path';

import { valueAt } from '../../platform/config/index.ts';
import { SETTINGS } from '../settings/table.ts';
import type { Setting } from '../settings/types.ts';
import type { FileValues, Given } from '../settings/values.ts';
import type { Draft } from './draft.ts';

/** What stands for no file where one is named. */
const NO_FILE: ReadonlySet<string> = new Set(['-', 'stderr', 'off']);

/** The settings of a file by their keys. */
export function fileValues(draft: Draft): FileValues {
  const settings: readonly Setting[] = SETTINGS;
  return new Map(
    settings.flatMap((setting): readonly (readonly [string, Given])[] => {
      if (setting.key === undefined) return [];
      const path = setting.key.split('.');
      const value = valueAt(draft.value, path);
      if (value === undefined) return [];
      // The text of the file and not what variables made of it: they may hold secrets, even here.
      const source = valueAt(draft.source, path);
      const written = Array.isArray(source) ? source.join(',') : String(source);
      return [
        [
          setting.key,
          {
            value: located(setting, value, draft),
            written,
            source: { kind: 'file', name: setting.key, place: draft.placeOf(path) },
          },
        ],
      ];
    }),
  );
}

function located(setting: Setting, value: unknown, draft: Draft): unknown {
  if (setting.type !== 'text' || setting.path === undefined || typeof value !== 'string' || NO_FILE.has(value.trim()))
    return value;
  if (setting.path === 'one') return draft.absolute(value.trim());
  return absoluteList(value, draft).join(delimiter);
}

/** Several files, separated as in KUBECONFIG. */
export function absoluteList(value: string, draft: Draft): readonly string[] {
  return value
    .split(delimiter)
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) => draft.absolute(path));
}
