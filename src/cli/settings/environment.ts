import { didYouMean, UsageError } from '../../platform/index.ts';
import { SETTINGS } from './table.ts';

const PREFIX = 'FAIRLEAD_';

/** Variables with our prefix that are none of our settings, and why they are there. */
const OTHERS: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /_SERVICE_(HOST|PORT)(_|$)/, reason: 'Kubernetes tells every pod of the services beside it' },
  { pattern: /^FAIRLEAD(_\w+)?_PORT(_\d+_\w+)?$/, reason: 'the same, in the form of Docker links' },
  { pattern: /^FAIRLEAD_(TEST|REQUIRE)_/, reason: 'the test suites are told of their cluster' },
  { pattern: /^FAIRLEAD_VERSION$/, reason: 'the build' },
];

/**
 * Refuses a variable that was probably meant to be a setting: a rule with a slip in its name would not hold. Others with
 * our prefix are let be, because not all of them are written by people.
 * @throws UsageError with the nearest name
 */
export function checkEnvironment(env: NodeJS.ProcessEnv): void {
  const known = new Set<string>(SETTINGS.map((setting) => setting.env));
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || known.has(name) || (env[name] ?? '') === '') continue;
    if (OTHERS.some(({ pattern }) => pattern.test(name))) continue;
    // Without the prefix, which would make everything look alike.
    const bare = new Map([...known].map((each) => [each.replace(PREFIX, ''), each]));
    const hint = didYouMean(name.slice(PREFIX.length, 60), bare.keys());
    if (hint === '') continue;
    const whole = hint.replaceAll(/"(\w+)"/g, (_, found: string) => `"${bare.get(found) ?? found}"`);
    throw new UsageError(`There is no environment variable ${name.slice(0, 60)}${whole}`, {
      code: 'unknown-setting',
      field: name,
      advice: 'Unset it, or correct its name; fairlead --help lists them.',
    });
  }
}
