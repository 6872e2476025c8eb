/**
 * Writes how Kubernetes' messages look in protobuf into messages.jsonl, from the sources of its Go modules: run by hand
 * when the practice cluster moves to another Kubernetes.
 *
 *     node practice/api/protobuf/capture.ts "$(go env GOMODCACHE)/k8s.io" v0.36.3
 *
 * A message a line: `[name, field…]`, a field as `[number, name, type, flags]`. The flags: `r` repeated, `m` a map of
 * strings to the type, `p` left out by Go when it is unset (so that a zero in it counts), `i` written without a name of
 * its own into the object around it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [modules = '', version = ''] = process.argv.slice(2);

/** Packages of the kinds that clients send. */
const API = [
  'apps/v1',
  'authentication/v1',
  'authorization/v1',
  'autoscaling/v1',
  'autoscaling/v2',
  'batch/v1',
  'certificates/v1',
  'coordination/v1',
  'core/v1',
  'discovery/v1',
  'events/v1',
  'networking/v1',
  'node/v1',
  'policy/v1',
  'rbac/v1',
  'scheduling/v1',
  'storage/v1',
];

const FOLDERS = [
  ...API.map((folder) => `${modules}/api@${version}/${folder}`),
  `${modules}/apimachinery@${version}/pkg/apis/meta/v1`,
];

type Field = readonly [number: number, name: string, type: string, flags: string];

const lines = FOLDERS.flatMap((folder) => {
  const proto = withoutComments(readFileSync(`${folder}/generated.proto`, 'utf8'));
  const marks = marksOf(withoutComments(readFileSync(`${folder}/types.go`, 'utf8')));
  const home = /^package (.+);$/m.exec(proto)?.[1] ?? '';
  return [...proto.matchAll(/^message (\w+) \{([^}]*)\}/gm)].map(([, name = '', body = '']) =>
    JSON.stringify([`${home}.${name}`, ...fieldsOf(body, home, marks.get(name) ?? new Map())]),
  );
});
writeFileSync(new URL('data/messages.jsonl', import.meta.url), `${lines.sort().join('\n')}\n`);

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\/\/.*$/gm, '');
}

function fieldsOf(body: string, home: string, marks: ReadonlyMap<string, string>): readonly Field[] {
  const FIELD = /^\s*(?:(optional|repeated|required) )?(?:map<string, ?([.\w]+)>|([.\w]+)) (\w+) = (\d+)/gm;
  return [...body.matchAll(FIELD)].map(([, label, mapped, plain, name = '', number]) => {
    const flags = mapped === undefined ? (label === 'repeated' ? 'r' : (marks.get(name) ?? '')) : 'm';
    return [Number(number), name, fullName(mapped ?? plain ?? '', home), flags];
  });
}

function fullName(type: string, home: string): string {
  if (type.startsWith('.')) return type.slice(1);
  return /^[a-z]/.test(type) ? type : `${home}.${type}`;
}

/** By struct and field: whether Go has a pointer there, and whether its fields are written into the object around it. */
function marksOf(source: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return new Map(
    [...source.matchAll(/^type (\w+) struct \{([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => [
      name,
      new Map(
        [...body.matchAll(/^\s*(?:\w+ )?(\*?)[\]*.\w[]+\s+`json:"([^"]*)" protobuf:"[^"]*name=(\w+)/gm)].map(
          ([, pointer, json = '', field = '']) => [field, `${pointer === '*' ? 'p' : ''}${json.endsWith(',inline') ? 'i' : ''}`],
        ),
      ),
    ]),
  );
}
