import { SETTINGS } from '../settings/table.ts';
import type { Setting } from '../settings/types.ts';
import type { Source } from '../settings/values.ts';
import type { Loaded } from '../settings.ts';
import type { ClusterRow } from './cluster-rows.ts';

/** One setting as `config show` has it. */
interface SettingRow {
  /** The key in fairlead.yaml; the flag for what has none. */
  readonly setting: string;
  /** Missing when nobody said anything and there is no default. */
  readonly value?: string | undefined;
  readonly from: Source;
}

/** What is in force and where it comes from, as data. Secrets are not in it. */
export interface Shown {
  readonly file?: string | undefined;
  readonly settings: readonly SettingRow[];
  readonly clusters: readonly ClusterRow[];
  readonly notices: readonly string[];
}

export function shownOf({ settings: inForce, values, file, notices }: Loaded): Shown {
  const settings: readonly Setting[] = SETTINGS;
  const mode = inForce.policy.mode ?? 'read-only';
  /** Where what is in force is not what was said, or nobody said it. */
  const effective: Readonly<Record<string, string | undefined>> = {
    'kubeconfig-contexts': String(inForce.fleet.discover),
    changes: mode,
    'enable-mutations': String(mode !== 'read-only'),
  };
  return {
    file: file?.path,
    settings: settings.flatMap((setting) => {
      if (setting.key === undefined) return [];
      const given = values.given(setting.flag as (typeof SETTINGS)[number]['flag']);
      return [
        given === undefined
          ? {
              setting: setting.key,
              value: effective[setting.flag] ?? setting.default,
              from: { kind: 'default', name: 'default' },
            }
          : { setting: setting.key, value: asSaid(given.written, effective[setting.flag]), from: given.source },
      ];
    }),
    clusters: file?.clusterRows(values) ?? [],
    notices,
  };
}

/** What was said, and what is in force where that is another thing. */
function asSaid(written: string, inForce: string | undefined): string {
  return inForce === undefined || SAME.some((words) => words.has(written) && words.has(inForce)) || written === inForce
    ? written
    : `${written} (in force: ${inForce})`;
}

const SAME: readonly ReadonlySet<string>[] = [new Set(['true', '1', 'yes', 'on']), new Set(['false', '0', 'no', 'off'])];

/** The same as text: one table, clusters below. */
export function showText(shown: Shown): string {
  const rows = [
    ...shown.settings.map(({ setting, value, from }) => [setting, value ?? '-', sayFrom(from)] as const),
    ...shown.clusters.map(({ cluster, field, value, from }) => [`${cluster}: ${field}`, value, sayFrom(from)] as const),
  ];
  const table = [['SETTING', 'VALUE', 'FROM'] as const, ...rows];
  const [first, second] = [0, 1].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map(([name, value, from]) => `${name.padEnd(first ?? 0)}  ${oneLine(value).padEnd(second ?? 0)}  ${from}`);
  return [shown.file === undefined ? 'No configuration file.' : `Configuration file: ${shown.file}`, '', ...lines].join('\n');
}

function sayFrom({ kind, name, place }: Source): string {
  if (kind === 'default') return 'default';
  return kind === 'file' ? (place ?? name) : name;
}

/** Neither a line break nor a terminal's control character gets out of its cell. */
function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what is meant
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}
