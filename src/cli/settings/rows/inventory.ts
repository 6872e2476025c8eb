import type { Setting } from '../types.ts';

/** What the inventory will take: read already, so that a configuration for it is no error. */
export const INVENTORY_SETTINGS = [
  {
    flag: 'enable-cache',
    env: 'FAIRLEAD_ENABLE_CACHE',
    key: 'enable_cache',
    type: 'switch',
    group: 'Inventory (not built yet)',
    help: 'keep watched objects in a local store',
  },
  {
    flag: 'cache-ttl',
    env: 'FAIRLEAD_CACHE_TTL',
    key: 'cache_ttl',
    type: 'duration',
    value: 'DURATION',
    group: 'Inventory (not built yet)',
    help: 'how long what is not watched may be used again',
  },
  {
    flag: 'enable-relationships',
    env: 'FAIRLEAD_ENABLE_RELATIONSHIPS',
    key: 'enable_relationships',
    type: 'switch',
    group: 'Inventory (not built yet)',
    help: 'find out how objects relate',
  },
  {
    flag: 'resync-period',
    env: 'FAIRLEAD_RESYNC_PERIOD',
    key: 'resync_period',
    type: 'duration',
    value: 'DURATION',
    group: 'Inventory (not built yet)',
    help: 'how often the store is compared with the cluster',
  },
  {
    flag: 'worker-pool-size',
    env: 'FAIRLEAD_WORKER_POOL_SIZE',
    key: 'worker_pool_size',
    type: 'number',
    value: 'NUMBER',
    whole: true,
    least: 1,
    most: 1024,
    group: 'Inventory (not built yet)',
    help: 'how many changes are worked on at the same time',
  },
] as const satisfies readonly Setting[];
