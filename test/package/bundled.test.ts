import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';

import { nameless, readBundled } from '../../scripts/bundled.ts';
import { ROOT } from './tree.ts';

type Input = Metafile['inputs'][string];

const YAML = 'node_modules/yaml/dist/index.js';

function inputsOf(kind: Input['imports'][number]['kind'], format: 'cjs' | 'esm'): Pick<Metafile, 'inputs'> {
  return {
    inputs: {
      'src/own.ts': { bytes: 1, imports: [{ path: YAML, kind }], format: 'esm' },
      [YAML]: { bytes: 1, imports: [], format },
    },
  };
}

describe('nameless', () => {
  it('finds an import() of a CommonJS module, whose names are lost in the bundle', () => {
    expect(nameless(inputsOf('dynamic-import', 'cjs'))).toEqual([`src/own.ts → ${YAML}`]);
  });

  it('lets be what keeps its names', () => {
    expect(nameless(inputsOf('dynamic-import', 'esm'))).toEqual([]);
    expect(nameless(inputsOf('import-statement', 'cjs'))).toEqual([]);
  });
});

describe('readBundled', () => {
  it('tells which packages are in the bundle, with their licences, and who imports them', async () => {
    const { packages, imports } = await readBundled(ROOT, { ...inputsOf('import-statement', 'cjs'), outputs: {} });
    expect(imports).toEqual(['node_modules/yaml']);
    expect(packages).toMatchObject([{ manifest: { name: 'yaml', license: 'ISC' }, imports: [] }]);
    expect(packages[0]?.licences.join()).toContain('Permission to use, copy, modify');
  });
});
