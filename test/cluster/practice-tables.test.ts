import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { BUILT_IN_KINDS } from '../../practice/kinds/index.ts';
import type { KubeObject, ServedKind } from '../../practice/model.ts';
import { columnsOf, rowOf, type PrinterColumn, type TableColumn, type TableRow } from '../../practice/tables/index.ts';
import { POD_SAMPLES } from './practice-pods.ts';
import type { Sample } from './practice-sample.ts';
import { samplesIn } from './practice-samples.ts';
import { adminClient, ensureCluster, hasCondition, metricsReady, type Access, type AdminClient } from './index.ts';

/** A new one each time: the last one may still be going. */
const NAMESPACE = `practice-tables-${Date.now().toString(36)}`;
const SAMPLES = samplesIn(NAMESPACE);
const CRD = 'tables.practice.fairlead.test';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

interface Table {
  readonly columnDefinitions: readonly TableColumn[];
  readonly rows: readonly (TableRow & { readonly object: KubeObject })[] | null;
}

/** The server describes it in the words of certificates.k8s.io/v1beta1, which nobody serves. */
const OTHER_WORDS = 'certificatesigningrequests SignerName';

/** autoscaling/v1 keeps metrics other than CPU here; the practice cluster shows them of autoscaling/v2 alone. */
const HIDDEN_METRICS = 'autoscaling.alpha.kubernetes.io/metrics';

const cluster = await ensureCluster();

function tableReader({ server, ca, cert, key, token }: Access) {
  const dispatcher = new Agent({ connect: { ca, cert, key } });
  const headers = {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const read = async (path: string): Promise<Table> => {
    const answer = await request(`${server}${path}?includeObject=Object&limit=300`, { dispatcher, headers });
    return (await answer.body.json()) as Table;
  };
  return { read, close: () => dispatcher.destroy() };
}

const baseOf = ({ group, version }: { group: string; version: string }): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`;

const collectionOf = (kind: ServedKind): string =>
  kind.namespaced ? `${baseOf(kind)}/namespaces/${NAMESPACE}/${kind.plural}` : `${baseOf(kind)}/${kind.plural}`;

function kindOf({ apiVersion, kind }: Sample): ServedKind {
  const found = BUILT_IN_KINDS.find(
    (served) =>
      served.kind === kind && (served.group === '' ? served.version : `${served.group}/${served.version}`) === apiVersion,
  );
  if (found === undefined) throw new Error(`${apiVersion} ${kind} is not served`);
  return found;
}

/** An age may be written at any moment of the request. */
const STEP_MS = 250;

/** The real rows, each cell replaced by ours where one of the moments between gives it. */
function compare(table: Table, kind: Pick<ServedKind, 'group' | 'kind'>, before: number, columns?: readonly PrinterColumn[]) {
  const moments = Array.from({ length: Math.ceil((Date.now() - before) / STEP_MS) + 1 }, (_, step) => before + step * STEP_MS);
  const rows = (table.rows ?? []).filter(({ object }) => object.metadata.annotations?.[HIDDEN_METRICS] === undefined);
  const real = rows.map(({ cells, conditions, object }) => ({ name: object.metadata.name, cells, conditions }));
  const ours = rows.map(({ object, cells }) => {
    const rows = moments.map((now) => rowOf(object, kind, now, columns));
    const row = rows.find((row) => row.cells.every((cell, index) => cell === cells[index])) ?? rows[0];
    return { name: object.metadata.name, cells: row?.cells, conditions: row?.conditions };
  });
  return { ours, real };
}

describe.skipIf(cluster === undefined)('tables of the practice cluster', () => {
  let admin: AdminClient;
  let tables: ReturnType<typeof tableReader>;

  async function create(sample: Sample): Promise<void> {
    const collection = collectionOf(kindOf(sample));
    const { status, ...object } = sample;
    await admin.post(collection, object);
    const path = `${collection}/${sample.metadata.name}`;
    if (status !== undefined) await admin.patch(`${path}/status`, { status });
  }

  beforeAll(async () => {
    if (cluster === undefined) return;
    admin = adminClient(cluster);
    tables = tableReader(cluster.access);
    await admin.post('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
    for (const sample of [...SAMPLES, ...POD_SAMPLES]) await create(sample);
    for (const { metadata } of POD_SAMPLES.filter(({ metadata }) => metadata.finalizers !== undefined)) {
      await admin.delete(`/api/v1/namespaces/${NAMESPACE}/pods/${metadata.name}`);
    }
    if (cluster.hasMetrics) await metricsReady(admin);
  });

  afterAll(async () => {
    if (cluster === undefined) return;
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
    for (const { metadata } of (await admin.list(pods)).items) {
      await admin.patch(`${pods}/${metadata.name}`, { metadata: { finalizers: null } });
    }
    for (const sample of SAMPLES.filter((sample) => !kindOf(sample).namespaced)) {
      await admin.delete(`${collectionOf(kindOf(sample))}/${sample.metadata.name}`);
    }
    await admin.delete(`/api/v1/namespaces/${NAMESPACE}`);
    await tables.close();
    await admin.close();
  });

  const listed = BUILT_IN_KINDS.filter(({ verbs }) => verbs.includes('list'));

  it.each(listed.map((kind) => [`${kind.plural}.${kind.group}/${kind.version}`, kind] as const))(
    'show %s as the API server does',
    async (_, kind) => {
      const before = Date.now();
      const table = await tables.read(collectionOf(kind));
      const { ours, real } = compare(table, kind, before);
      expect(ours).toEqual(real);
      // metrics-server declares columns of what it has rows for.
      if (kind.group === 'metrics.k8s.io' && real.length === 0) return;
      const words = ({ name, description }: TableColumn) => (`${kind.plural} ${name}` === OTHER_WORDS ? '' : description);
      const shown = (column: TableColumn) => ({ ...column, description: words(column) });
      expect(columnsOf(kind).map(shown)).toEqual(table.columnDefinitions.map(shown));
    },
  );

  it('show custom kinds by the columns of their definition', async () => {
    const columns: PrinterColumn[] = [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Text', type: 'string', jsonPath: '.spec.text', description: 'What it says.', priority: 1 },
      { name: 'Wrong', type: 'integer', jsonPath: '.spec.text' },
      { name: 'Float', type: 'number', jsonPath: '.spec.float', format: 'double' },
      { name: 'As Text', type: 'string', jsonPath: '.spec.float' },
      { name: 'On', type: 'boolean', jsonPath: '.spec.on' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'First', type: 'string', jsonPath: '.spec.list[0]' },
      { name: 'Last', type: 'string', jsonPath: '.spec.list[-1:]' },
      { name: 'All', type: 'string', jsonPath: '.spec.list[*]' },
      { name: 'List', type: 'string', jsonPath: '.spec.list' },
      { name: 'Map', type: 'string', jsonPath: '.spec.map' },
      { name: 'Null', type: 'string', jsonPath: '.spec.nothing' },
      { name: 'Dotted', type: 'string', jsonPath: '.metadata.annotations.example\\.test/note' },
      { name: 'In Brackets', type: 'string', jsonPath: ".metadata.annotations['example\\.test/note']" },
      { name: 'When', type: 'date', jsonPath: '.spec.when' },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ];
    const version = (name: string, more: object = {}) => ({
      name,
      served: true,
      storage: name === 'v1',
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      ...more,
    });
    await admin.post(CRDS, {
      metadata: { name: CRD },
      spec: {
        group: 'practice.fairlead.test',
        scope: 'Cluster',
        names: { plural: 'tables', kind: 'Table' },
        versions: [version('v1', { additionalPrinterColumns: columns }), version('v2')],
      },
    });
    try {
      await admin.waitForObject(`${CRDS}/${CRD}`, (crd) => hasCondition(crd, 'Established'));
      const base = '/apis/practice.fairlead.test';
      const whole = {
        spec: {
          size: 7,
          text: 'seven <words>',
          float: 1.5,
          on: true,
          list: ['a', 'b'],
          map: { z: '<&>', a: [1, null] },
          nothing: null,
          when: '2026-01-01T00:00:00Z',
        },
        status: { conditions: [{ type: 'Other' }, { type: 'Ready', status: 'False' }] },
      };
      const annotations = { 'example.test/note': 'noted' };
      const make = (name: string, more: object) =>
        admin.post(`${base}/v1/tables`, {
          apiVersion: 'practice.fairlead.test/v1',
          kind: 'Table',
          metadata: { name, annotations },
          ...more,
        });
      await make('whole', whole);
      await make('bare', {});
      await make('odd', { spec: { size: 2.7, text: 5, float: 3, on: 'yes', list: [], when: 'soon', map: 1e21 }, status: {} });
      const kind = { group: 'practice.fairlead.test', kind: 'Table' };
      for (const [name, own] of [
        ['v1', columns],
        ['v2', []],
      ] as const) {
        const before = Date.now();
        const table = await tables.read(`${base}/${name}/tables`);
        const { ours, real } = compare(table, kind, before, own);
        expect(ours).toEqual(real);
        expect(real).toHaveLength(3);
        expect(columnsOf(kind, own)).toEqual(table.columnDefinitions);
      }
    } finally {
      await admin.delete(`${CRDS}/${CRD}`);
    }
  });
});
