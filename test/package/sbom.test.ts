import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { BundledPackage } from '../../scripts/bundled.ts';
import { sbomOf, type Locked } from '../../scripts/sbom.ts';
import { ROOT } from './tree.ts';

const purl = z.string().regex(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+[\w.-]*$/);
const component = z.strictObject({
  type: z.enum(['application', 'library']),
  'bom-ref': purl,
  name: z.string().min(1),
  version: z.string().min(1),
  description: z.string().optional(),
  licenses: z.array(
    z.union([
      z.strictObject({ license: z.strictObject({ id: z.enum(['Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT', 'MPL-2.0']) }) }),
      z.strictObject({ expression: z.string().regex(/^\S+( (AND|OR|WITH) \S+)+$/) }),
    ]),
  ),
  purl,
  externalReferences: z
    .array(
      z.strictObject({
        type: z.literal('distribution'),
        url: z.url(),
        hashes: z.array(z.strictObject({ alg: z.literal('SHA-512'), content: z.string().regex(/^[0-9a-f]{128}$/) })),
      }),
    )
    .optional(),
});

/** What https://cyclonedx.org/schema/bom-1.6.schema.json demands of the fields that we write. */
const cycloneDx = z.strictObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  serialNumber: z.string().regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
  version: z.int().min(1),
  metadata: z.strictObject({ lifecycles: z.array(z.strictObject({ phase: z.literal('build') })), component }),
  components: z.array(component),
  dependencies: z.array(z.strictObject({ ref: purl, dependsOn: z.array(purl) })),
});

const sbom = cycloneDx.parse(JSON.parse(await readFile(join(ROOT, 'dist', 'sbom.cdx.json'), 'utf8')));
const names = sbom.components.map(({ name }) => name);

describe('the bill of materials', () => {
  it('gives each component a name of its own, which alone is used where it says what uses what', () => {
    const refs = [sbom.metadata.component, ...sbom.components].map((each) => each['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    expect(sbom.dependencies.map(({ ref }) => ref)).toEqual(refs);
    expect(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.includes(ref))).toEqual([]);
  });

  it('holds nothing that is not used, straight or through others', () => {
    const uses = new Map(sbom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set([sbom.metadata.component['bom-ref']]);
    for (const ref of reached) for (const next of uses.get(ref) ?? []) reached.add(next);
    expect(reached.size).toBe(sbom.components.length + 1);
  });

  it('lists the packages whose licences are shipped', async () => {
    const licences = await readFile(join(ROOT, 'dist', 'THIRD_PARTY_LICENSES.txt'), 'utf8');
    const headings = [...licences.matchAll(/^-{80}\n\n(\S+) (\S+) — (.*)$/gm)].map(([, name, version]) => `${name} ${version}`);
    expect(sbom.components.map(({ name, version }) => `${name} ${version}`)).toEqual(headings);
  });

  it('lists every package that docs/dependencies.md has a reason for', async () => {
    const manual = await readFile(join(ROOT, 'docs', 'dependencies.md'), 'utf8');
    const rows = [...(/## In the bundle\n([^]*?)\n## /.exec(manual)?.[1] ?? '').matchAll(/^\| (`[^|]*) \|/gm)];
    const argued = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
    expect(argued.filter((name) => !names.includes(name))).toEqual([]);
    const direct = sbom.dependencies[0]?.dependsOn.map(
      (ref) => names[sbom.components.findIndex((each) => each['bom-ref'] === ref)],
    );
    expect(direct?.toSorted()).toEqual(argued.toSorted());
  });
});

describe('sbomOf', () => {
  const self = { name: 'own', version: '1.0.0', license: 'MIT' };
  const one: BundledPackage = {
    folder: 'node_modules/one',
    manifest: { name: 'one', version: '2.0.0', license: 'MIT OR ISC' },
    licences: [],
    imports: [],
  };
  const bundled = { packages: [one], imports: [one.folder] };
  const locked: Locked = { 'node_modules/one': { integrity: `sha512-${Buffer.alloc(64).toString('base64')}` } };

  it('has the same serial number for the same content, and another one for another', () => {
    const serialOf = (version: string): string =>
      sbomOf(self, { ...bundled, packages: [{ ...one, manifest: { ...one.manifest, version } }] }, locked).serialNumber;
    expect(serialOf('2.0.0')).toBe(serialOf('2.0.0'));
    expect(serialOf('2.0.1')).not.toBe(serialOf('2.0.0'));
  });

  it('writes licences of several as an expression', () => {
    expect(cycloneDx.parse(sbomOf(self, bundled, locked)).components[0]?.licenses).toEqual([{ expression: 'MIT OR ISC' }]);
  });

  it('refuses a package that npm has not checked', () => {
    expect(() => sbomOf(self, bundled, {})).toThrow('one is bundled, and package-lock.json has no SHA-512 of it');
  });
});
