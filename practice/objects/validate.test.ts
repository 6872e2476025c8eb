import { describe, expect, it } from 'vitest';

import type { KubeObject } from '../model.ts';
import { decoded } from './decode.ts';
import { defaulted } from './defaults.ts';
import type { ObjectType } from './type.ts';
import { builtIn, custom, stored } from './types.fake.ts';
import { causesOf } from './validate.ts';

const read = (type: ObjectType, fields: Readonly<Record<string, unknown>>): KubeObject =>
  stored({ ...defaulted(type, decoded(type, { metadata: { name: 'x' }, ...fields }, 'Warn').object) });
const causes = (type: ObjectType, fields: Readonly<Record<string, unknown>>, before?: KubeObject): readonly string[] =>
  causesOf(type, read(type, fields), before).map(({ field, message }) => `${field ?? ''}: ${message}`);

const DEPLOYMENT = builtIn('apps', 'v1', 'Deployment');
const labels = { app: 'shop' };
const good = {
  selector: { matchLabels: labels },
  template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'x' }] } },
};

describe('causesOf', () => {
  it('finds nothing wrong with a good object', () => {
    expect(causes(DEPLOYMENT, { spec: good })).toEqual([]);
  });

  it('names everything that is missing, in the order of the server', () => {
    expect(causes(DEPLOYMENT, { spec: {} })).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ]);
  });

  it('holds a selector to what it was created with', () => {
    const before = read(DEPLOYMENT, { spec: good });
    const other = { app: 'other' };
    const next = { ...good, selector: { matchLabels: other }, template: { ...good.template, metadata: { labels: other } } };
    expect(causes(DEPLOYMENT, { spec: next }, before)).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable',
    ]);
  });

  it('lets a pod have another image and nothing else', () => {
    const POD = builtIn('', 'v1', 'Pod');
    const container = { name: 'a', image: 'x' };
    const before = read(POD, { spec: { containers: [container] } });
    expect(causes(POD, { spec: { containers: [{ ...container, image: 'y' }] } }, before)).toEqual([]);
    expect(causes(POD, { spec: { containers: [{ ...container, args: ['y'] }] } }, before)[0]).toMatch(
      /^spec: Forbidden: pod updates may not change fields other than/,
    );
  });

  it('lets a pod have more ephemeral containers, and keeps those that it has', () => {
    const POD = builtIn('', 'v1', 'Pod');
    const containers = [{ name: 'a', image: 'x' }];
    const one = { name: 'one', image: 'x' };
    const before = read(POD, { spec: { containers, ephemeralContainers: [one] } });
    expect(causes(POD, { spec: { containers, ephemeralContainers: [one, { name: 'two', image: 'x' }] } }, before)).toEqual([]);
    for (const ephemeralContainers of [[], [{ ...one, image: 'y' }]])
      expect(causes(POD, { spec: { containers, ephemeralContainers } }, before)).toEqual([
        'spec.ephemeralContainers: Forbidden: existing ephemeral containers "one" may not be removed or changed',
      ]);
  });

  it('lets a ConfigMap have a key of any name, once', () => {
    const CONFIG_MAP = builtIn('', 'v1', 'ConfigMap');
    expect(causes(CONFIG_MAP, { data: { constructor: 'x', toString: 'y' } })).toEqual([]);
    expect(causes(CONFIG_MAP, { data: { a: 'x' }, binaryData: { a: 'eA==' } })).toEqual([
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
    ]);
  });

  it('keeps an immutable ConfigMap', () => {
    const CONFIG_MAP = builtIn('', 'v1', 'ConfigMap');
    const before = read(CONFIG_MAP, { immutable: true, data: { a: '1' } });
    expect(causes(CONFIG_MAP, { immutable: true, data: { a: '2' } }, before)).toEqual([
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});

describe('causesOf a network policy', () => {
  const POLICY = builtIn('networking.k8s.io', 'v1', 'NetworkPolicy');
  const block = { cidr: '10.0.0.0/8' };
  const here = 'spec.ingress[0].from[0]';
  const words = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';

  it.each([
    [{ ipBlock: block }, []],
    [{}, [`${here}: Required value: must specify a peer`]],
    [{ ipBlock: block, podSelector: {} }, [`${here}: Forbidden: may not specify both ipBlock and another peer`]],
    [{ ipBlock: { cidr: '' } }, [`${here}.ipBlock.cidr: Required value`]],
    [{ ipBlock: { cidr: '10.0.0.0' } }, [`${here}.ipBlock.cidr: Invalid value: "10.0.0.0": ${words}`]],
    [
      { ipBlock: { ...block, except: ['10.1.0.0/16', '11.0.0.0/16', 'x', '10.0.0.0/8'] } },
      [
        `${here}.ipBlock.except[1]: Invalid value: "11.0.0.0/16": must be a strict subset of \`cidr\``,
        `${here}.ipBlock.except[2]: Invalid value: "x": ${words}`,
        `${here}.ipBlock.except[3]: Invalid value: "10.0.0.0/8": must be a strict subset of \`cidr\``,
      ],
    ],
  ])('from %o', (peer, expected) => {
    expect(causes(POLICY, { spec: { podSelector: {}, ingress: [{ from: [peer] }] } })).toEqual(expected);
  });

  it('has ranges of ports that begin before they end', () => {
    const ports = [{ port: 80, endPort: 90 }, { port: 80, endPort: 70 }, { endPort: 5 }, { port: 'http', endPort: 7 }];
    expect(causes(POLICY, { spec: { podSelector: {}, ingress: [{ ports }] } })).toEqual([
      'spec.ingress[0].ports[1].endPort: Invalid value: 80: must be greater than or equal to `port`',
      'spec.ingress[0].ports[2].endPort: Invalid value: 5: may not be specified when `port` is not specified',
      'spec.ingress[0].ports[3].endPort: Invalid value: 7: may not be specified when `port` is non-numeric',
    ]);
  });
});

describe('causesOf finalizers', () => {
  const MAP = builtIn('', 'v1', 'ConfigMap');
  const held = (finalizers: readonly string[], more: object = {}) => ({ metadata: { name: 'x', finalizers, ...more } });

  it('are the names of somebody', () => {
    expect(causes(MAP, held(['x', 'a.b/c', 'kubernetes']))).toEqual([
      'metadata.finalizers[0]: Invalid value: "x": name is neither a standard finalizer name nor is it fully qualified',
    ]);
  });

  it('cannot be added to what is on its way out', () => {
    const going = read(MAP, held(['a.b/c'], { deletionTimestamp: '2026-01-01T00:00:00Z' }));
    const words =
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.b/d"}';
    expect(causes(MAP, held(['a.b/c', 'a.b/d']), going)).toEqual([words, words]);
    expect(causes(MAP, held([]), going)).toEqual([]);
  });
});

describe('causesOf a definition', () => {
  const DEFINITION = builtIn('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition');
  const version = (name: string, more: object = {}) => ({
    name,
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object' } },
    ...more,
  });
  const spec = { group: 'x.test', scope: 'Namespaced', names: { plural: 'rafts', kind: 'Raft' }, versions: [version('v1')] };
  const ofSpec = (more: object): readonly string[] =>
    causes(DEFINITION, { metadata: { name: 'rafts.x.test' }, spec: { ...spec, ...more } });

  it.each([
    [{}, []],
    [{ group: 'y.test' }, ['metadata.name: Invalid value: "rafts.x.test": must be spec.names.plural+"."+spec.group']],
    [{ scope: 'X' }, ['spec.scope: Unsupported value: "X": supported values: "Cluster", "Namespaced"']],
    [
      { names: { plural: 'rafts', kind: '' } },
      ['spec.names.singular: Required value', 'spec.names.kind: Required value', 'spec.names.listKind: Required value'],
    ],
    [{ versions: [version('v1', { schema: undefined })] }, ['spec.versions[0].schema.openAPIV3Schema: Required value']],
    [
      { versions: [version('v1', { storage: false })] },
      [
        expect.stringMatching(/^spec\.versions: .*: must have exactly one version marked as storage version$/),
        'status.storedVersions: Invalid value: null: must have at least one stored version',
      ],
    ],
    [
      { versions: [version('v1', { schema: { openAPIV3Schema: { type: 'object', properties: { spec: {} } } } })] },
      ['spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields'],
    ],
    [
      { versions: [version('v1', { additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: 'spec' }] })] },
      [
        'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
        'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec": must be a simple json path starting with .',
      ],
    ],
    [
      { versions: [version('v1', { subresources: { scale: { specReplicasPath: '.x', statusReplicasPath: '' } } })] },
      [
        'spec.subresources.scale.specReplicasPath: Invalid value: ".x": should be a json path under .spec',
        'spec.subresources.scale.statusReplicasPath: Required value',
      ],
    ],
  ])('with %o', (more, expected) => {
    expect(ofSpec(more)).toEqual(expected);
  });
});

describe('causesOf a custom kind', () => {
  const WIDGET = custom({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        required: ['mode'],
        properties: {
          mode: { type: 'string', enum: ['a', 'b'] },
          size: { type: 'integer', minimum: 1 },
          name: { type: 'string', pattern: '^[a-z]+$' },
          any: { type: 'string', pattern: '(?i)^[a-z]+$' },
          host: { type: 'string', pattern: String.raw`^[a-z\_]+$` },
          odd: { type: 'string', pattern: String.raw`^\pL(?P<more>x)\z` },
          set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        },
      },
    },
  });

  it.each([
    [{ mode: 'a', size: 2, name: 'ok', set: ['x'] }, []],
    [{}, ['spec.mode: Required value']],
    [{ mode: 'c' }, ['spec.mode: Unsupported value: "c": supported values: "a", "b"']],
    [{ mode: 'a', size: 'x' }, ['spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"']],
    [{ mode: 'a', size: 0 }, ['spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1']],
    [{ mode: 'a', name: 'A' }, ['spec.name: Invalid value: "A": spec.name in body should match \'^[a-z]+$\'']],
    [{ mode: 'a', any: 'A', host: 'a_b', odd: 'whatever' }, []],
    [{ mode: 'a', any: '1' }, ['spec.any: Invalid value: "1": spec.any in body should match \'(?i)^[a-z]+$\'']],
    [{ mode: 'a', set: ['x', 'x'] }, ['spec.set[1]: Duplicate value: "x"']],
  ])('%o', (spec, expected) => {
    expect(causes(WIDGET, { spec })).toEqual(expected);
  });
});
