/** The software bill of materials of the bundle, as CycloneDX 1.6: https://cyclonedx.org/docs/1.6/json/ */
import { createHash } from 'node:crypto';

import type { Bundled, Manifest } from './bundled.ts';

/** What package-lock.json knows of packages, by their folders. */
export type Locked = Readonly<Record<string, { readonly integrity?: string }>>;

interface License {
  readonly license: { readonly id: string };
}

interface Component {
  readonly type: 'application' | 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly description?: string;
  /** What SPDX has a name for, or an expression of several. */
  readonly licenses?: readonly (License | { readonly expression: string })[];
  readonly externalReferences?: readonly {
    readonly type: 'distribution';
    readonly url: string;
    readonly hashes: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  }[];
}

export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly serialNumber: string;
  readonly version: 1;
  readonly metadata: { readonly lifecycles: readonly { readonly phase: 'build' }[]; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** The name of a package in every such list: https://github.com/package-url/purl-spec */
function purlOf({ name, version }: Manifest): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function componentOf(type: Component['type'], manifest: Manifest): Component {
  const { name, version, description, license } = manifest;
  const purl = purlOf(manifest);
  const licenses = license === undefined ? [] : [/\s/.test(license) ? { expression: license } : { license: { id: license } }];
  return {
    type,
    'bom-ref': purl,
    name,
    version,
    ...(description !== undefined && { description }),
    ...(licenses.length > 0 && { licenses }),
    purl,
  };
}

/** Where the package came from, with the digest by which npm has checked it. */
function distributionOf({ name, version }: Manifest, integrity: string | undefined): Pick<Component, 'externalReferences'> {
  const [algorithm, digest = ''] = integrity?.split('-') ?? [];
  if (algorithm !== 'sha512') throw new Error(`${name} is bundled, and package-lock.json has no SHA-512 of it`);
  const file = `${name.replace(/^.*\//, '')}-${version}.tgz`;
  const content = Buffer.from(digest, 'base64').toString('hex');
  const url = `https://registry.npmjs.org/${name}/-/${file}`;
  return { externalReferences: [{ type: 'distribution', url, hashes: [{ alg: 'SHA-512', content }] }] };
}

/** A UUID (version 8, of our own making) that is the same for the same content. */
function serialOf(content: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const groups = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, `8${digest.slice(17, 20)}`];
  return `urn:uuid:${[...groups, digest.slice(20, 32)].join('-')}`;
}

/**
 * Lists what the bundle holds of others and who uses what in it. Without a timestamp, and with a serial number made of
 * the content: the same bundle has the same list.
 * @throws when a package is not in the lock file
 */
export function sbomOf(self: Manifest, { packages, imports }: Bundled, locked: Locked): Sbom {
  const refs = new Map(packages.map(({ folder, manifest }) => [folder, purlOf(manifest)]));
  const refsOf = (folders: readonly string[]): readonly string[] =>
    [...new Set(folders.flatMap((folder) => refs.get(folder) ?? []))].toSorted();
  const component = componentOf('application', self);
  const libraries = packages.map(({ folder, manifest }) => ({
    ...componentOf('library', manifest),
    ...distributionOf(manifest, locked[folder.slice(folder.indexOf('node_modules/'))]?.integrity),
  }));
  const content = {
    metadata: { lifecycles: [{ phase: 'build' as const }], component },
    components: libraries,
    dependencies: [
      { ref: component['bom-ref'], dependsOn: refsOf(imports) },
      ...packages.map(({ manifest, imports: used }) => ({ ref: purlOf(manifest), dependsOn: refsOf(used) })),
    ],
  };
  return { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialOf(content), version: 1, ...content };
}
