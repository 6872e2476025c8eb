import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { allOf, failureOf, folderWith, SUBJECT } from '../../../test/support/credentials.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { staticToken, tokenFile } from './token.ts';

const sent = async (source: ReturnType<typeof tokenFile>): Promise<unknown> => (await source.current()).headers['authorization'];

describe('staticToken', () => {
  it('is sent as it is, and a refusal is final', () => {
    const source = staticToken(' abc.def\n', SUBJECT);
    const material = source.current();
    expect(material).toEqual({ headers: { authorization: 'Bearer abc.def' } });
    expect(source.current()).toBe(material);
    expect(material instanceof Promise ? undefined : source.rejected(material)).toBe(false);
  });

  it.each(['topsecret\ntopsecret', 'töpsecret', 'topsecret\0'])('is refused without being shown: %j', async (token) => {
    const error = await failureOf(() => staticToken(token, SUBJECT));
    expect(error).toMatchObject({ code: 'credentials' });
    expect(allOf(error)).not.toMatch(/t[oö]psecret/);
  });
});

describe('tokenFile', () => {
  it('is read once for all who ask, and again when ten seconds have passed', async () => {
    const clock = manualClock();
    const path = join(await folderWith({ token: 'one\n' }), 'token');
    const source = tokenFile(path, undefined, SUBJECT, { clock });
    const [first, same] = await Promise.all([source.current(), source.current()]);
    expect(first).toEqual({ headers: { authorization: 'Bearer one' } });
    expect(same).toBe(first);

    await writeFile(path, 'two');
    await clock.advance(9_999);
    expect(source.current()).toBe(first);
    await clock.advance(1);
    expect(await sent(source)).toBe('Bearer two');
  });

  it('stays the same object while the file says the same', async () => {
    const clock = manualClock();
    const source = tokenFile(join(await folderWith({ token: 'one' }), 'token'), undefined, SUBJECT, { clock });
    const first = await source.current();
    await clock.advance(60_000);
    expect(await source.current()).toBe(first);
  });

  it('never gives one file for another', async () => {
    const folder = await folderWith({ a: 'token-a', b: 'token-b' });
    const sources = ['a', 'b'].map((name) => tokenFile(join(folder, name), undefined, SUBJECT));
    for (let round = 0; round < 3; round++)
      expect(await Promise.all(sources.map(sent))).toEqual(['Bearer token-a', 'Bearer token-b']);
  });

  it('is read again after a 401, which is worth another try until the file says the same', async () => {
    const clock = manualClock();
    const path = join(await folderWith({ token: 'one' }), 'token');
    const source = tokenFile(path, undefined, SUBJECT, { clock });
    const first = await source.current();
    await writeFile(path, 'two');
    // Three requests were under way with the first token.
    expect([source.rejected(first), source.rejected(first), source.rejected(first)]).toEqual([true, true, true]);
    const second = await source.current();
    expect(second).toEqual({ headers: { authorization: 'Bearer two' } });
    expect(source.rejected(first)).toBe(true);
    expect(source.current()).toBe(second);

    expect(source.rejected(second)).toBe(true);
    const third = await source.current();
    expect([source.rejected(third), source.rejected(third)]).toEqual([false, false]);
    await writeFile(path, 'three');
    expect(source.rejected(await source.current())).toBe(true);
  });

  it('keeps the last token while the file is away', async () => {
    const clock = manualClock();
    const path = join(await folderWith({ token: 'one' }), 'token');
    const source = tokenFile(path, undefined, SUBJECT, { clock });
    await source.current();
    await rm(path);
    await clock.advance(60_000);
    expect(await sent(source)).toBe('Bearer one');
  });

  it('falls back to the token beside it only while it cannot be read', async () => {
    const clock = manualClock();
    const path = join(await folderWith(), 'token');
    const source = tokenFile(path, 'beside', SUBJECT, { clock });
    expect(await sent(source)).toBe('Bearer beside');
    await writeFile(path, 'from-file');
    await clock.advance(10_000);
    expect(await sent(source)).toBe('Bearer from-file');
    await rm(path);
    await clock.advance(10_000);
    expect(await sent(source)).toBe('Bearer from-file');
  });

  it('says which file is missing or empty, and reads it as soon as it is there', async () => {
    const path = join(await folderWith(), 'token');
    const source = tokenFile(path, undefined, SUBJECT);
    await expect(source.current()).rejects.toThrow(`Cannot log in to cluster prod as "dev": token file ${path} cannot be read`);
    await writeFile(path, ' \n');
    await expect(source.current()).rejects.toThrow(`token file ${path} is empty`);
    await writeFile(path, 'now');
    expect(await sent(source)).toBe('Bearer now');
  });

  it('can be left while it is being read', async () => {
    const path = join(await folderWith({ token: 'one' }), 'token');
    const source = tokenFile(path, undefined, SUBJECT);
    const left = failureOf(() => source.current(AbortSignal.abort(new Error('enough'))));
    const stayed = sent(source);
    expect(await left).toEqual(new Error('enough'));
    expect(await stayed).toBe('Bearer one');
  });
});
