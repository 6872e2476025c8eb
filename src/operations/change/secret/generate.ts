import { generateKeyPairSync, randomBytes, randomInt, randomUUID, type KeyPairKeyObjectResult } from 'node:crypto';

import { didYouMean, quoted, UsageError } from '../../../platform/index.ts';

/** Letters and digits, without those that people take for each other when they copy them. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

interface Form {
  readonly name: string;
  /** What its number means; missing for forms that take none. */
  readonly size?: { readonly is: string; readonly usual: number; readonly least: number; readonly most: number };
  /** The values of a key, by the key that each stands under. */
  make(key: string, size: number): Readonly<Record<string, string>>;
}

/** What can be generated. The bits of the default sizes are at least those of a 128-bit key. */
const FORMS: readonly Form[] = [
  {
    name: 'password',
    size: { is: 'characters', usual: 32, least: 12, most: 256 },
    make: (key, size) => ({ [key]: Array.from({ length: size }, () => ALPHABET[randomInt(ALPHABET.length)]).join('') }),
  },
  {
    name: 'hex',
    size: { is: 'bytes', usual: 32, least: 8, most: 1024 },
    make: (key, size) => ({ [key]: randomBytes(size).toString('hex') }),
  },
  {
    name: 'base64',
    size: { is: 'bytes', usual: 32, least: 8, most: 1024 },
    make: (key, size) => ({ [key]: randomBytes(size).toString('base64') }),
  },
  { name: 'uuid', make: (key) => ({ [key]: randomUUID() }) },
  { name: 'ed25519', make: (key) => pair(key, generateKeyPairSync('ed25519')) },
  {
    name: 'rsa',
    size: { is: 'bits', usual: 3072, least: 2048, most: 8192 },
    make: (key, size) => pair(key, generateKeyPairSync('rsa', { modulusLength: size })),
  },
];

/**
 * Makes the values that a text such as `password,token:hex:16,signing:rsa` asks for: a key, a form (`password` when
 * missing) and a size. A key pair has its public half under the key with `.pub`.
 * @throws UsageError naming the part that is wrong, with the nearest form
 */
export function generated(text: string): Readonly<Record<string, string>> {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return Object.assign({}, ...parts.map(generatedFor)) as Readonly<Record<string, string>>;
}

function generatedFor(part: string): Readonly<Record<string, string>> {
  const [key = '', ...rest] = part.split(':');
  const sized = /^\d{1,6}$/.test(rest.at(-1) ?? '') ? Number(rest.pop()) : undefined;
  const [name = 'password', ...more] = rest;
  const form = FORMS.find((each) => each.name === name);
  const names = FORMS.map((each) => each.name);
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || more.length > 0) throw wrong(part, 'it is not of the form key:form:size');
  if (form === undefined)
    throw wrong(part, `there is no form ${quoted(name, 40)}${didYouMean(name.slice(0, 40), names).replace(/\.$/, '')}`);
  const { size } = form;
  if (size === undefined && sized !== undefined) throw wrong(part, `${name} takes no size`);
  const wanted = sized ?? size?.usual ?? 0;
  if (size !== undefined && (wanted < size.least || wanted > size.most)) {
    throw wrong(part, `${name} has between ${size.least} and ${size.most} ${size.is}`);
  }
  return form.make(key, wanted);
}

function pair(key: string, { publicKey, privateKey }: KeyPairKeyObjectResult): Readonly<Record<string, string>> {
  return {
    [key]: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    [`${key}.pub`]: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function wrong(part: string, why: string): UsageError {
  return new UsageError(`${quoted(part, 80)} in "generate" cannot be meant: ${why}.`, {
    code: 'invalid-argument',
    field: 'generate',
    advice: `e.g. password,token:hex:16,signing:rsa. Forms: ${FORMS.map(({ name }) => name).join(', ')}.`,
  });
}
