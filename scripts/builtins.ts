import { builtinModules } from 'node:module';
import { relative } from 'node:path';

import type { Plugin } from 'esbuild';

const PREFIX = 'node:';

/** What an ES module can export by its name; `default` is exported apart. */
const isName = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default' && name !== 'module.exports';

/**
 * Lets the bundle take Node's own modules from `process.getBuiltinModule`. An `import` of one makes Node read every
 * property that it has, lazy ones too: that of `node:http` loads all of Node's fetch, which takes longer than any other
 * part of a start. Only what is used is read here, when a chunk is loaded, or later.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup(build) {
    const { absWorkingDir = '' } = build.initialOptions;
    build.onResolve({ filter: /.*/ }, ({ path, kind, importer }) => {
      const isBuiltin = path.startsWith(PREFIX) || builtinModules.includes(path);
      if (kind !== 'import-statement' || !isBuiltin) return undefined;
      const name = path.startsWith(PREFIX) ? path : PREFIX + path;
      // One for each importer, which stays in its chunk: one for all would be a chunk of its own, a file more to load.
      return { path: `${name} for ${relative(absWorkingDir, importer)}`, namespace: 'builtin', sideEffects: false };
    });
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: moduleOf(path.split(' ')[0] ?? ''),
      loader: 'js',
    }));
  },
};

/**
 * Modules that take long to load, and whose functions are nothing but functions: the first call of one loads them. Their
 * classes are themselves only when they are taken where they are used.
 */
const LATE: ReadonlySet<string> = new Set(['node:crypto', 'node:fs/promises', 'node:timers/promises']);

function moduleOf(path: string): string {
  const whole: object = process.getBuiltinModule(path) ?? {};
  const partOf = (name: string): string => {
    const isLate = LATE.has(path) && typeof Reflect.get(whole, name) === 'function' && /^[a-z]/.test(name);
    return isLate ? `(...given) => whole().${name}(...given)` : `/* @__PURE__ */ part('${name}')`;
  };
  const names = Object.keys(whole).filter(isName);
  return [
    `const whole = () => process.getBuiltinModule('${path}');`,
    'const part = (name) => whole()[name];',
    'const all = /* @__PURE__ */ whole();',
    ...names.map((name) => `const $${name} = ${partOf(name)};`),
    `export { ${['all as default', ...names.map((name) => `$${name} as ${name}`)].join(', ')} };`,
  ].join('\n');
}
