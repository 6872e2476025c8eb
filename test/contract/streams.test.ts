import { expect } from 'vitest';

import { at, createObject } from '../../src/kubernetes/index.ts';
import { until } from '../cluster/wait.ts';
import { contract, pod, podSpec, type Place } from './harness/index.ts';
import { execute, forward } from './harness/streams.ts';

const PATIENCE = { timeoutMs: 90_000 };

async function start(
  place: Place,
  name: string,
  script: string,
  holds: (found: unknown) => boolean,
  more: object = {},
): Promise<void> {
  const { connection, namespace, image, admin } = place;
  const { kind } = await connection.resolve('pods');
  await createObject(connection, kind, pod(name, podSpec(image, script, more)), { namespace });
  await admin.waitForObject(`/api/v1/namespaces/${namespace}/pods/${name}`, (found) => holds(found), PATIENCE);
}

const runs = (found: unknown): boolean => at(found, 'status', 'containerStatuses', 0, 'ready') === true;

contract(
  'streams',
  ({ prepare, promise }) => {
    prepare(async (place) => {
      await Promise.all([
        start(place, 'talking', 'echo one; echo two; echo three >&2; while true; do sleep 1; done', runs),
        start(
          place,
          'again',
          'echo tried; exit 1',
          (found) => Number(at(found, 'status', 'containerStatuses', 0, 'restartCount')) >= 1,
        ),
      ]);
    });
    const logs = ({ ask, namespace }: Place, name: string, query = '') =>
      ask(`GET /api/v1/namespaces/${namespace}/pods/${name}/log${query}`);

    promise('a log holds what a container wrote, whole or its last lines, with times when asked for', async (place) => {
      const whole = await logs(place, 'talking');
      expect(whole.status).toBe(200);
      expect(String(whole.headers['content-type'])).toContain('text/plain');
      expect(String(whole.body).split('\n').toSorted()).toEqual(['', 'one', 'three', 'two']);
      expect((await logs(place, 'talking', '?tailLines=1')).body).toMatch(/^(two|three)\n$/);
      expect((await logs(place, 'talking', '?limitBytes=5')).body).toHaveLength(5);
      expect((await logs(place, 'talking', '?timestamps=true&tailLines=1')).body).toMatch(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z \w+\n$/,
      );
      const later = new Date(Date.now() + 3_600_000).toISOString();
      expect((await logs(place, 'talking', `?sinceTime=${later}`)).body).toBe('');
    });

    promise('a log of the run before is kept, and what there is no log of is said', async (place) => {
      // While one run takes the place of another, there is a moment without a run before.
      await until(
        'the run before has a log',
        async () => (await logs(place, 'again', '?previous=true')).body === 'tried\n',
        60_000,
      );
      expect(await logs(place, 'talking', '?previous=true')).toMatchObject({
        status: 400,
        body: { reason: 'BadRequest', message: 'previous terminated container "app" in pod "talking" not found' },
      });
      expect(await logs(place, 'talking', '?container=other')).toMatchObject({
        status: 400,
        body: { message: 'container other is not valid for pod talking' },
      });
      expect(await logs(place, 'absent')).toMatchObject({ status: 404, body: { message: 'pods "absent" not found' } });
      expect(await logs(place, 'talking', '?tailLines=-1')).toMatchObject({ status: 422 });
    });

    promise('a log can be followed while it is written', async (place) => {
      await start(place, 'counting', 'n=0; while true; do echo tick; sleep 1; done', runs);
      const stop = new AbortController();
      let text = '';
      const path = `/api/v1/namespaces/${place.namespace}/pods/counting/log?follow=true`;
      for await (const chunk of await place.admin.stream(path, stop.signal)) {
        text += chunk;
        if (text.split('\n').length > 3) break;
      }
      stop.abort();
      expect(text).toMatch(/^(tick\n){3}/);
    });

    promise('a command is run, with its output, its errors and its exit code kept apart', async (place) => {
      expect(await execute(place, 'talking', ['sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
        stdout: 'out\n',
        stderr: 'err\n',
        code: 3,
      });
      expect(await execute(place, 'talking', ['cat'], 'typed\n')).toEqual({ stdout: 'typed\n', stderr: '', code: 0 });
      expect((await execute(place, 'talking', ['hostname'])).stdout).toBe('talking\n');
      await execute(place, 'talking', ['sh', '-c', 'echo kept > /tmp/file']);
      expect((await execute(place, 'talking', ['cat', '/tmp/file'])).stdout).toBe('kept\n');
    });

    promise('a command that is not there, or a container, is said', async (place) => {
      const missing = await execute(place, 'talking', ['no-such-command']);
      expect(missing.code).not.toBe(0);
      await expect(execute(place, 'absent', ['true'])).rejects.toThrow('404');
    });

    promise('bytes go to a port and come back, and a port where nobody listens says so', async (place) => {
      await start(place, 'listening', '', runs, { containers: [place.listener] });
      const { said } = await forward(place, 'listening', 8080, 'GET / HTTP/1.0\r\n\r\n', 'hello');
      expect(said).toMatch(/^HTTP\/1\.[01] 200 OK\r\n/);
      const { error } = await forward(place, 'talking', 9999, 'x', 'never');
      expect(error).toMatch(/^error forwarding port 9999 to pod [0-9a-f]{64}, uid : .*connection refused/);
    });
  },
  'node',
);
