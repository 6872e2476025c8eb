import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { folderWith, jwt, makePair } from '../../../test/support/credentials.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { inClusterTarget } from './in-cluster.ts';

const ENV = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
const PEM = makePair('ca').cert;
const MOUNTED = { token: jwt({ sub: 'system:serviceaccount:ops:fairlead' }), 'ca.crt': PEM, namespace: 'ops\n' };

describe('inClusterTarget', () => {
  it.each([{}, { KUBERNETES_SERVICE_HOST: '10.96.0.1' }, { ...ENV, KUBERNETES_SERVICE_HOST: '' }])(
    'is nothing outside a pod: %j',
    async (env) => {
      expect(inClusterTarget(env, await folderWith(MOUNTED))).toBeUndefined();
    },
  );

  it('is the service account of the pod', async () => {
    const target = inClusterTarget(ENV, await folderWith(MOUNTED));
    expect(target).toMatchObject({
      name: 'in-cluster',
      server: 'https://10.96.0.1:443',
      tls: { ca: PEM.trim() },
      namespace: 'ops',
      credentials: { identity: 'system:serviceaccount:ops:fairlead' },
    });
    expect(await target?.credentials.current()).toMatchObject({ headers: { authorization: `Bearer ${MOUNTED.token}` } });
  });

  it('puts an IPv6 address into brackets', async () => {
    const target = inClusterTarget({ ...ENV, KUBERNETES_SERVICE_HOST: 'fd00::1' }, await folderWith(MOUNTED));
    expect(target?.server).toBe('https://[fd00::1]:443');
  });

  it('follows the rotation of the token', async () => {
    const clock = manualClock();
    const folder = await folderWith(MOUNTED);
    const target = inClusterTarget(ENV, folder, { clock });
    await target?.credentials.current();
    await writeFile(join(folder, 'token'), 'rotated');
    await clock.advance(60_000);
    expect(await target?.credentials.current()).toMatchObject({ headers: { authorization: 'Bearer rotated' } });
  });

  it('follows the rotation of the authority', async () => {
    const clock = manualClock();
    const folder = await folderWith(MOUNTED);
    const target = inClusterTarget(ENV, folder, { clock });
    expect(target?.tls.currentCa?.()).toBe(PEM.trim());
    const renewed = makePair('renewed').cert;
    await writeFile(join(folder, 'ca.crt'), renewed);
    await clock.advance(10_000);
    expect(await target?.tls.currentCa?.()).toBe(renewed);
  });

  it('is reached as the environment of the pod says', async () => {
    const folder = await folderWith(MOUNTED);
    expect(inClusterTarget({ ...ENV, HTTPS_PROXY: 'proxy:3128' }, folder)?.proxy).toBe('http://proxy:3128');
    expect(inClusterTarget({ ...ENV, HTTPS_PROXY: 'proxy:3128', NO_PROXY: '10.96.0.0/12' }, folder)?.proxy).toBeUndefined();
  });

  it('does without a namespace, and without claims in the token', async () => {
    const target = inClusterTarget(ENV, await folderWith({ token: 'opaque', 'ca.crt': PEM }));
    expect(target).toMatchObject({ namespace: undefined, credentials: { identity: 'service account' } });
  });

  it.each([
    ['token', { 'ca.crt': PEM }, 'cannot be read (ENOENT)'],
    ['ca.crt', { token: 't' }, 'cannot be read (ENOENT)'],
    ['token', { token: '\n', 'ca.crt': PEM }, 'is empty'],
    ['ca.crt', { token: 't', 'ca.crt': 'PEM' }, 'holds no certificate in PEM'],
  ])('names the file that is missing: %s', async (file, files, what) => {
    const folder = await folderWith(files);
    expect(() => inClusterTarget(ENV, folder)).toThrow(
      `This runs in a pod (KUBERNETES_SERVICE_HOST is set), but its service account cannot be used: ${folder}/${file} ${what}.`,
    );
  });
});
