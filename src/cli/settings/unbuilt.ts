import type { SettingFlag } from './table.ts';
import type { Values } from './values.ts';

const CHECKED = 'checked, and otherwise without effect.';

/** Settings of parts that do not exist yet: they are checked like all others, and one line says that they wait. */
const UNBUILT: readonly { readonly flags: readonly SettingFlag[]; readonly says: (names: string, several: boolean) => string }[] =
  [
    {
      flags: ['enable-cache', 'cache-ttl', 'enable-relationships', 'resync-period', 'worker-pool-size'],
      says: (names, several) =>
        `${names} ${several ? 'belong' : 'belongs'} to the inventory, which this version does not have yet: ${CHECKED}`,
    },
  ];

/** One line for each part that was set up and does not exist yet. What is off needs none. */
export function unbuiltNotices(values: Values): readonly string[] {
  return UNBUILT.flatMap(({ flags, says }) => {
    const asked = flags.filter((flag) => (values.get(flag) ?? false) !== false);
    const names = asked.map((flag) => values.given(flag)?.source.name ?? flag);
    return names.length === 0 ? [] : [says(names.join(', '), names.length > 1)];
  });
}
