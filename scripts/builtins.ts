import { builtinModules } from 'node:module';

import type { Plugin } from 'esbuild';

const PREFIX = 'node:';

/** What an ES module can export by its name; `default` is exported apart. */
const isName = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default' && name !== 'module.exports';

/**
 * Lets the bundle take Node's own modules from `process.getBuiltinModule`. An `import` of one makes Node read every
 * property that it has, lazy ones too: that of `node:http` loads all of Node's fetch, which takes longer than any other
 * part of a start. Only what is used is read here, once, when a chunk is loaded.
 */
export const builtins: Plugin = {
  name: 'builtins',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path, kind }) => {
      const isBuiltin = path.startsWith(PREFIX) || builtinModules.includes(path);
      if (kind !== 'import-statement' || !isBuiltin) return undefined;
      return { path: path.startsWith(PREFIX) ? path : PREFIX + path, namespace: 'builtin', sideEffects: false };
    });
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: moduleOf(path), loader: 'js' }));
  },
};

function moduleOf(path: string): string {
  const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter(isName);
  return [
    `const whole = /* @__PURE__ */ process.getBuiltinModule('${path}');`,
    'const part = (name) => whole[name];',
    ...names.map((name) => `const $${name} = /* @__PURE__ */ part('${name}');`),
    `export { ${['whole as default', ...names.map((name) => `$${name} as ${name}`)].join(', ')} };`,
  ].join('\n');
}
