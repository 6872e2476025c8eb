import { describe, expect, it } from 'vitest';

import { BUILT_IN_KINDS } from '../kinds/index.ts';
import type { KubeObject } from '../model.ts';
import { columnsOf, rowOf, type PrinterColumn } from './index.ts';
import { PRINTERS } from './printers.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');

const object = (name: string, more: object, annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'example.test/v1',
  kind: 'Any',
  metadata: { name, uid: '1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', annotations },
  ...more,
});

const cells = (kind: string, group: string, more: object, annotations?: Record<string, string>) =>
  rowOf(object('some', more, annotations), { group, kind }, NOW).cells;

const namesOf = (kind: string, group: string): readonly string[] => columnsOf({ kind, group }).map(({ name }) => name);

describe('tables', () => {
  it('have printers of served kinds alone', () => {
    const served = new Set(BUILT_IN_KINDS.map(({ kind, group }) => (group === '' ? kind : `${kind}.${group}`)));
    expect(Object.keys(PRINTERS).filter((name) => !served.has(name))).toEqual([]);
  });

  it('describe every column that shows a field', () => {
    // Fields move between versions of Kubernetes: a description that is not found any more is a wrong reference.
    const undescribed = BUILT_IN_KINDS.filter(({ group }) => group !== 'metrics.k8s.io')
      .flatMap((kind) => columnsOf(kind).map((column) => ({ ...column, kind: kind.kind })))
      .filter(({ description }) => description === '')
      .map(({ kind, name }) => `${kind} ${name}`);
    // The server asks for the description of a field that does not exist.
    expect(undescribed).toEqual(['RuntimeClass Handler']);
  });

  it('give a cell to every column', () => {
    for (const kind of BUILT_IN_KINDS) {
      const row = rowOf(object('some', {}), kind, NOW);
      const extra = kind.kind === 'IPAddress' ? 1 : 0;
      expect([kind.kind, row.cells.length]).toEqual([kind.kind, columnsOf(kind).length + extra]);
      expect(row.cells.filter((cell) => cell === undefined || Number.isNaN(cell))).toEqual([]);
    }
  });

  it('show name and time of kinds without columns', () => {
    expect(namesOf('Role', 'rbac.authorization.k8s.io')).toEqual(['Name', 'Created At']);
    expect(cells('Role', 'rbac.authorization.k8s.io', {})).toEqual(['some', '2026-01-01T00:00:00Z']);
  });

  it('mark default classes', () => {
    const group = 'storage.k8s.io';
    const mark = { 'storageclass.kubernetes.io/is-default-class': 'true' };
    expect(cells('StorageClass', group, { provisioner: 'p' }, mark)).toEqual([
      'some (default)',
      'p',
      'Delete',
      'Immediate',
      false,
      '24h',
    ]);
    expect(cells('IngressClass', 'networking.k8s.io', {}, { 'ingressclass.kubernetes.io/is-default-class': 'true' })[0]).toBe(
      'some (default)',
    );
    expect(cells('StorageClass', group, {}, { 'storageclass.kubernetes.io/is-default-class': 'false' })[0]).toBe('some');
  });

  it.each([
    [{ conditions: [{ type: 'Complete', status: 'True' }], succeeded: 1 }, ['Complete', '1/1', '']],
    [{ conditions: [{ type: 'Failed', status: 'True' }], startTime: '2026-01-01T23:59:00Z' }, ['Failed', '0/1', '60s']],
    [
      {
        conditions: [{ type: 'Suspended', status: 'False' }],
        startTime: '2026-01-01T00:00:00Z',
        completionTime: '2026-01-01T00:00:07Z',
      },
      ['Running', '0/1', '7s'],
    ],
    [{ conditions: [{ type: 'SuccessCriteriaMet', status: 'True' }] }, ['SuccessCriteriaMet', '0/1', '']],
  ])('say where a job is: %j', (status, shown) => {
    expect(cells('Job', 'batch', { status }).slice(1, 4)).toEqual(shown);
  });

  it('show events of both groups alike', () => {
    const old = {
      involvedObject: { kind: 'Pod', name: 'a', fieldPath: 'spec.containers{app}' },
      source: { component: 'kubelet', host: 'node-1' },
      type: 'Warning',
      reason: 'BackOff',
      message: 'again',
      count: 3,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T23:59:00Z',
    };
    const renamed = {
      regarding: old.involvedObject,
      deprecatedSource: old.source,
      type: 'Warning',
      reason: 'BackOff',
      note: 'again',
      deprecatedCount: 3,
      deprecatedFirstTimestamp: old.firstTimestamp,
      deprecatedLastTimestamp: old.lastTimestamp,
    };
    const shown = ['60s', 'Warning', 'BackOff', 'pod/a', 'spec.containers{app}', 'kubelet, node-1', 'again', '24h', 3, 'some'];
    expect(cells('Event', '', old)).toEqual(shown);
    expect(cells('Event', 'events.k8s.io', renamed)).toEqual(shown);
  });

  it('add up what the containers of a pod use', () => {
    const containers = [
      { usage: { cpu: '250m', memory: '1Gi' } },
      { usage: { cpu: '1', memory: '512Mi' } },
      { usage: { cpu: '0', memory: '0' } },
    ];
    const group = 'metrics.k8s.io';
    expect(cells('PodMetrics', group, { containers, window: '15s' })).toEqual(['some', '1250m', '1536Mi', '15s']);
    expect(cells('NodeMetrics', group, { usage: { cpu: '2', memory: '1Ki' }, window: '20s' })).toEqual([
      'some',
      '2',
      '1Ki',
      '20s',
    ]);
  });

  it('show custom kinds by their own columns, and their age when they have none', () => {
    const kind = { group: 'example.test', kind: 'Any' };
    const columns: PrinterColumn[] = [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Map', type: 'string', jsonPath: '.spec.map', priority: 1, description: 'All.' },
      { name: 'When', type: 'date', jsonPath: '.spec.when' },
    ];
    const whole = object('whole', { spec: { size: 2.5, map: { b: '<', a: null }, when: '2026-01-01T23:59:50Z' } });
    expect(rowOf(whole, kind, NOW, columns).cells).toEqual(['whole', 2, '{"a":null,"b":"\\u003c"}', '10s']);
    expect(rowOf(object('bare', {}), kind, NOW, columns).cells).toEqual(['bare', null, null, null]);
    expect(rowOf(object('odd', { spec: { size: 'two', when: 'soon' } }), kind, NOW, columns).cells).toEqual([
      'odd',
      null,
      null,
      '<invalid>',
    ]);
    expect(columnsOf(kind, columns).slice(1)).toEqual([
      {
        name: 'Size',
        type: 'integer',
        format: '',
        description: 'Custom resource definition column (in JSONPath format): .spec.size',
        priority: 0,
      },
      { name: 'Map', type: 'string', format: '', description: 'All.', priority: 1 },
      expect.objectContaining({ name: 'When', type: 'date' }),
    ]);
    expect(rowOf(whole, kind, NOW, []).cells).toEqual(['whole', '24h']);
    expect(columnsOf(kind, []).map(({ name, type }) => [name, type])).toEqual([
      ['Name', 'string'],
      ['Age', 'date'],
    ]);
  });
});
