import type { KubeObject } from '../model.ts';
import { badRequest } from '../status.ts';
import type { ObjectType } from './type.ts';
import { fieldsOf, textOf, valueAt } from './values.ts';

export type FieldSelector = (object: KubeObject) => boolean;

/** Which fields a kind can be selected by, besides its name and namespace. */
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  '/Pod': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  '/Event': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'events.k8s.io/Event': [
    'reason',
    'regarding.kind',
    'regarding.namespace',
    'regarding.name',
    'regarding.uid',
    'regarding.apiVersion',
    'regarding.resourceVersion',
    'regarding.fieldPath',
    'reportingController',
    'type',
  ],
  '/Namespace': ['status.phase', 'name'],
  '/Node': ['spec.unschedulable'],
  '/PersistentVolume': ['name'],
  '/PersistentVolumeClaim': ['name'],
  '/ReplicationController': ['status.replicas'],
  '/Secret': ['type'],
  '/Service': ['spec.clusterIP', 'spec.type'],
  'batch/Job': ['status.successful'],
  'certificates.k8s.io/CertificateSigningRequest': ['spec.signerName'],
};

/** Fields that are not where their name says. */
const READ: Readonly<Record<string, (object: KubeObject) => unknown>> = {
  name: ({ metadata }) => metadata.name,
  source: (object) => fieldsOf(object['source'])['component'] ?? object['reportingComponent'],
  'spec.hostNetwork': (object) => fieldsOf(object['spec'])['hostNetwork'] ?? false,
  'spec.unschedulable': (object) => fieldsOf(object['spec'])['unschedulable'] ?? false,
  'status.podIP': (object) => fieldsOf(object['status'])['podIP'] ?? '',
  'status.successful': (object) => fieldsOf(object['status'])['succeeded'] ?? 0,
};

const textAt = (object: KubeObject, field: string): string =>
  textOf(READ[field]?.(object) ?? valueAt(object, field.split('.')) ?? '');

/**
 * The `fieldSelector` of a list or watch: `spec.nodeName=node-1,status.phase!=Running`.
 * @throws StatusError (400) for a field that the kind does not offer, in the server's words
 */
export function parseFieldSelector(text: string, type: Pick<ObjectType, 'group' | 'kind'>): FieldSelector {
  const terms = termsOf(text).map((term) => understood(term, text, type));
  return (object) => terms.every(({ field, value, equal }) => (textAt(object, field) === value) === equal);
}

interface Term {
  readonly field: string;
  readonly value: string;
  readonly equal: boolean;
}

/** Commas and equal signs within values are escaped with a backslash. */
const termsOf = (text: string): readonly string[] => text.match(/(?:\\.|[^\\,])+/gs) ?? [];

function understood(term: string, all: string, type: Pick<ObjectType, 'group' | 'kind'>): Term {
  const found = /^((?:\\.|[^\\=!])*)(!=|==|=)(.*)$/s.exec(term);
  if (found === null) throw badRequest(`invalid selector: '${all}'; can't understand '${term}'`);
  const [, field = '', sign, value = ''] = found;
  checkField(field, type);
  return { field, value: value.replaceAll(/\\([\\,=])/g, '$1'), equal: sign !== '!=' };
}

function checkField(field: string, { group, kind }: Pick<ObjectType, 'group' | 'kind'>): void {
  if (field === 'metadata.name' || field === 'metadata.namespace') return;
  const extra = SELECTABLE[`${group}/${kind}`];
  if (extra?.includes(field) === true) return;
  if (extra === undefined) {
    throw badRequest(`${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`);
  }
  throw badRequest(WORDS[`${group}/${kind}`]?.(field) ?? `field label not supported: ${field}`);
}

/** Not every kind refuses in the same words. */
const WORDS: Readonly<Record<string, (field: string) => string>> = {
  'batch/Job': (field) => `field label "${field}" not supported for Job`,
};
