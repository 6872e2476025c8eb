import { ANSWER_SETTINGS } from './rows/answers.ts';
import { CLUSTER_SETTINGS } from './rows/clusters.ts';
import { HTTP_SETTINGS } from './rows/http.ts';
import { INVENTORY_SETTINGS } from './rows/inventory.ts';
import { LIMIT_SETTINGS } from './rows/limits.ts';
import type { Setting } from './types.ts';

/**
 * Everything that can be set by a flag, an environment variable and a key of fairlead.yaml. The key is the flag with
 * underscores, but for those that were named before.
 */
export const SETTINGS = [
  ...CLUSTER_SETTINGS,
  ...LIMIT_SETTINGS,
  ...ANSWER_SETTINGS,
  ...HTTP_SETTINGS,
  ...INVENTORY_SETTINGS,
] as const satisfies readonly Setting[];

type Row = (typeof SETTINGS)[number];

/** A setting by its flag, without the dashes. */
export type SettingFlag = Row['flag'];

type ValueOf<Each> = Each extends { readonly type: 'switch' }
  ? boolean
  : Each extends { readonly type: 'duration' | 'number' }
    ? number
    : Each extends { readonly type: 'choice'; readonly choices: readonly (infer Choice)[] }
      ? Choice
      : Each extends { readonly type: 'list'; readonly items: readonly (infer Item)[] }
        ? readonly Item[]
        : Each extends { readonly type: 'list' }
          ? readonly string[]
          : string;

/** What a setting holds: durations in milliseconds. */
export type SettingValue<Flag extends SettingFlag> = ValueOf<Extract<Row, { readonly flag: Flag }>>;
