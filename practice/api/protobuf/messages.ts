import { readFileSync } from 'node:fs';

/** A field of a message. capture.ts says what the flags are. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  /** Go has a pointer there: a zero was meant. */
  readonly pointer: boolean;
  readonly inline: boolean;
}

export type Message = ReadonlyMap<number, Field>;

const META = 'k8s.io.apimachinery.pkg.apis.meta.v1';

let lines: ReadonlyMap<string, string> | undefined;
const parsed = new Map<string, Message>();

/** Read when the first message comes: most clients send none. */
function captured(): ReadonlyMap<string, string> {
  if (lines !== undefined) return lines;
  const text = readFileSync(new URL('data/messages.jsonl', import.meta.url), 'utf8').trimEnd();
  return (lines = new Map(text.split('\n').map((line) => [line.slice(2, line.indexOf('"', 2)), line])));
}

export function messageNamed(name: string): Message | undefined {
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const line = captured().get(name);
  if (line === undefined) return undefined;
  const [, ...fields] = JSON.parse(line) as [string, ...[number, string, string, string][]];
  const message: Message = new Map(
    fields.map(([number, name, type, flags]) => [
      number,
      {
        name,
        type,
        repeated: flags.includes('r'),
        map: flags.includes('m'),
        pointer: flags.includes('p'),
        inline: flags.includes('i'),
      },
    ]),
  );
  parsed.set(name, message);
  return message;
}

/** The name of a kind's message: `apps/v1` Deployment is `k8s.io.api.apps.v1.Deployment`. Options are the same in all groups. */
export function messageOf(apiVersion: string, kind: string): string {
  if (kind.endsWith('Options')) return `${META}.${kind}`;
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion];
  return `k8s.io.api.${group.split('.', 1)[0]}.${version}.${kind}`;
}
