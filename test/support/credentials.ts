import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Subject } from '../../src/kubernetes/credentials/subject.ts';
import type { ExecPlugin } from '../../src/kubernetes/credentials/user.ts';

export const SUBJECT: Subject = { identity: 'dev', cluster: 'prod', file: '/home/me/.kube/config' };

/** A new folder with the given files in it. */
export async function folderWith(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'credentials-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** A self-signed client certificate (RFC 5280) and its key, in PEM. */
export function makePair(name: string): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = der(0x30, der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
  const commonName = der(0x30, der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from(name)));
  const subject = der(0x30, der(0x31, commonName));
  const validity = der(0x30, ...['260101000000Z', '491231235959Z'].map((time) => der(0x17, Buffer.from(time))));
  const version = der(0xa0, der(0x02, Buffer.of(2)));
  const serial = der(0x02, Buffer.of(1));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const signed = der(0x30, version, serial, ecdsaWithSha256, subject, validity, subject, spki);
  const signature = der(0x03, Buffer.of(0), sign('sha256', signed, privateKey));
  const body = der(0x30, signed, ecdsaWithSha256, signature).toString('base64').replaceAll(/.{64}/g, '$&\n');
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { cert: `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`, key };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** An unsigned token with these claims. */
export function jwt(claims: unknown): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

/** An exec plugin that runs a Node script. */
export function nodePlugin(script: string, more: Partial<ExecPlugin> = {}): ExecPlugin {
  return {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', script],
    env: [],
    provideClusterInfo: false,
    interactiveMode: 'Never',
    ...more,
  };
}

/** A script that prints an ExecCredential with this status, a JavaScript expression. */
export function printing(status: string): string {
  const head = "apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential'";
  return `console.log(JSON.stringify({ ${head}, status: ${status} }))`;
}

/** Everything that a reader or a log could get to see of an error, its causes and fields included. */
export function allOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? String(error);
  const fields = Object.getOwnPropertyNames(error).map((name) => {
    const value: unknown = Reflect.get(error, name);
    return value instanceof Error ? allOf(value) : JSON.stringify(value);
  });
  return [String(error), ...fields].join('\n');
}

/** What a promise or a function fails with. */
export async function failureOf(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
