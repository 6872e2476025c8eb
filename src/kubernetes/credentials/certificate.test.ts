import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { allOf, base64, failureOf, folderWith, makePair, SUBJECT } from '../../../test/support/credentials.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { clientCertificate, decodeBase64 } from './certificate.ts';
import type { PemSource } from './user.ts';

const data = (text: string): PemSource => ({ kind: 'data', base64: base64(text) });

describe('a pair in the kubeconfig', () => {
  it('is decoded once', () => {
    const pair = makePair('dev');
    const source = clientCertificate(data(pair.cert), data(pair.key), SUBJECT);
    const material = source.current();
    expect(material).toEqual({ headers: {}, certificate: pair });
    expect(source.current()).toBe(material);
  });

  const [one, other] = [makePair('one'), makePair('other')];
  it.each<[string, PemSource, PemSource, string]>([
    ['garbage', data('garbage'), data(one.key), 'the client certificate is no certificate in PEM'],
    ['a key of another', data(one.cert), data(other.key), 'the client key does not belong to the client certificate'],
    ['no key', data(one.cert), data('garbage'), 'the client key is no private key in PEM'],
    ['an encrypted key', data(one.cert), data('-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII'), 'the client key has a passphrase'],
    ['no base64', { kind: 'data', base64: one.cert }, data(one.key), 'client-certificate-data is no base64'],
  ])('is refused without being shown: %s', async (_, cert, key, message) => {
    const error = await failureOf(() => clientCertificate(cert, key, SUBJECT));
    expect(error).toMatchObject({ code: 'credentials', message: expect.stringContaining(message) });
    expect(allOf(error)).not.toMatch(/MII|garbage|BEGIN/);
  });
});

describe('a pair in files', () => {
  it('is replaced when both are renewed, and not when the renewal is half done', async () => {
    const clock = manualClock();
    const [old, renewed] = [makePair('dev'), makePair('dev')];
    const folder = await folderWith({ crt: old.cert, key: old.key });
    const [cert, key] = [join(folder, 'crt'), join(folder, 'key')];
    const source = clientCertificate({ kind: 'file', path: cert }, { kind: 'file', path: key }, SUBJECT, { clock });
    const first = await source.current();
    expect(first.certificate).toEqual(old);
    await clock.advance(10_000);
    expect(await source.current()).toBe(first);

    await writeFile(cert, renewed.cert);
    await clock.advance(10_000);
    expect(await source.current()).toBe(first);
    await writeFile(key, renewed.key);
    expect(source.current()).toBe(first);
    await clock.advance(10_000);
    expect((await source.current()).certificate).toEqual(renewed);
  });

  it('may be a file and data', async () => {
    const pair = makePair('dev');
    const folder = await folderWith({ crt: pair.cert });
    const source = clientCertificate({ kind: 'file', path: join(folder, 'crt') }, data(pair.key), SUBJECT);
    expect((await source.current()).certificate).toEqual(pair);
  });

  it('says which file cannot be read', async () => {
    const pair = makePair('dev');
    const path = join(await folderWith(), 'missing.crt');
    const source = clientCertificate({ kind: 'file', path }, data(pair.key), SUBJECT);
    await expect(source.current()).rejects.toThrow(`client-certificate ${path} cannot be read (ENOENT`);
  });

  it('is read again after a 401', async () => {
    const [old, renewed] = [makePair('dev'), makePair('dev')];
    const folder = await folderWith({ crt: old.cert, key: old.key });
    const [cert, key] = [join(folder, 'crt'), join(folder, 'key')];
    const source = clientCertificate({ kind: 'file', path: cert }, { kind: 'file', path: key }, SUBJECT, {
      clock: manualClock(),
    });
    const first = await source.current();
    await Promise.all([writeFile(cert, renewed.cert), writeFile(key, renewed.key)]);
    expect(source.rejected(first)).toBe(true);
    expect((await source.current()).certificate).toEqual(renewed);
  });
});

describe('decodeBase64', () => {
  it.each([
    ['aGVsbG8=', 'hello'],
    ['aGVs\nbG8=\n', 'hello'],
    ['', undefined],
    ['aGVsbG8', undefined],
    ['not base64!!', undefined],
  ])('%j', (text, decoded) => {
    expect(decodeBase64(text)).toBe(decoded);
  });
});
