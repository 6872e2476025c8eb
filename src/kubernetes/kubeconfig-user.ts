import { dirname, resolve, sep } from 'node:path';

import type { AuthProvider, ExecPlugin, Impersonation, KubeconfigUser, PemSource } from './credentials/user.ts';
import {
  asFields,
  flagField,
  itemsField,
  mapField,
  pathOf,
  requiredText,
  textField,
  textsField,
  type Fields,
} from './kubeconfig-fields.ts';

/** Reads `users[i].user`. */
export function parseUser(name: string, fields: Fields): KubeconfigUser {
  return {
    name,
    file: fields.file,
    token: textField(fields, 'token'),
    tokenFile: pathField(fields, 'tokenFile'),
    username: textField(fields, 'username'),
    password: textField(fields, 'password'),
    certificate: pemField(fields, 'client-certificate'),
    key: pemField(fields, 'client-key'),
    exec: parseExec(mapField(fields, 'exec')),
    authProvider: parseAuthProvider(mapField(fields, 'auth-provider')),
    impersonate: parseImpersonation(fields),
  };
}

/** A path at a key, made absolute against the folder of the kubeconfig that holds it. */
function pathField(fields: Fields, key: string): string | undefined {
  const path = textField(fields, key);
  return path === undefined ? undefined : resolve(dirname(fields.file), path);
}

/** `<key>-data` before `<key>`, as in client-go. */
export function pemField(fields: Fields, key: string): PemSource | undefined {
  const base64 = textField(fields, `${key}-data`);
  if (base64 !== undefined) return { kind: 'data', base64 };
  const path = pathField(fields, key);
  return path === undefined ? undefined : { kind: 'file', path };
}

function parseExec(fields: Fields | undefined): ExecPlugin | undefined {
  if (fields === undefined) return undefined;
  const command = requiredText(fields, 'command', 'the name or path of a program');
  return {
    apiVersion: textField(fields, 'apiVersion'),
    // A name without a slash is looked up in the PATH.
    command: command.includes('/') || command.includes(sep) ? resolve(dirname(fields.file), command) : command,
    args: textsField(fields, 'args'),
    env: itemsField(fields, 'env').map((item) => ({ name: requiredText(item, 'name'), value: textField(item, 'value') ?? '' })),
    installHint: textField(fields, 'installHint'),
    provideClusterInfo: flagField(fields, 'provideClusterInfo'),
    interactiveMode: textField(fields, 'interactiveMode'),
  };
}

function parseAuthProvider(fields: Fields | undefined): AuthProvider | undefined {
  if (fields === undefined) return undefined;
  const config = asFields(fields.values.get('config'), fields.file, pathOf(fields, 'config'));
  const entries = [...config.values.keys()].flatMap((key) => {
    const value = textField(config, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return { name: requiredText(fields, 'name'), config: Object.fromEntries(entries) };
}

function parseImpersonation(fields: Fields): Impersonation | undefined {
  const user = textField(fields, 'as');
  const uid = textField(fields, 'as-uid');
  const groups = textsField(fields, 'as-groups');
  const extraFields = asFields(fields.values.get('as-user-extra'), fields.file, `${fields.path}.as-user-extra`);
  const extra = Object.fromEntries([...extraFields.values.keys()].map((key) => [key, textsField(extraFields, key)] as const));
  const wanted = user !== undefined || uid !== undefined || groups.length > 0 || extraFields.values.size > 0;
  return wanted ? { user, uid, groups, extra } : undefined;
}
