import { expect } from 'vitest';

import { attachToPod, createObject, execInPod, followLog, forwardToPod, readLog } from '../../src/kubernetes/index.ts';
import { until } from '../cluster/wait.ts';
import { run } from '../support/streams.ts';
import { failure } from '../support/wire.ts';
import { contract, pod, podSpec, type Place } from './harness/index.ts';

const POD = 'talking';
const REQUEST = Buffer.from('GET / HTTP/1.0\r\n\r\n');

const podOf = ({ namespace }: Place, name = POD) => ({ namespace, pod: name });
const logOf = (place: Place) => ({ ...podOf(place), container: 'app' });

contract(
  'streams of our client',
  ({ prepare, promise }) => {
    prepare(async ({ connection, namespace, image, listener, admin }) => {
      const { kind } = await connection.resolve('pods');
      const script = 'echo one; echo two; while true; do echo tick; sleep 1; done';
      const pods = [pod(POD, podSpec(image, script)), pod('listening', podSpec(image, '', { containers: [listener] }))];
      for (const object of pods) await createObject(connection, kind, object, { namespace });
      const path = `/api/v1/namespaces/${namespace}/pods?fieldSelector=status.phase%3DRunning`;
      await admin.waitFor(path, (running) => running.length === pods.length, { timeoutMs: 90_000 });
    });

    promise('a log is read in whole lines, each with its time', async (place) => {
      let text = '';
      for await (const piece of readLog(place.connection, logOf(place))) text += piece.text;
      const lines = text.trimEnd().split('\n');
      for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z \w+$/);
      expect(lines.slice(0, 2).map((line) => line.split(' ')[1])).toEqual(['one', 'two']);
    });

    promise('a log is followed from its beginning, and left when nobody wants more', async (place) => {
      let text = '';
      for await (const part of followLog(place.connection, logOf(place), { isOver: async () => false })) {
        text += part;
        if (text.split(' tick\n').length > 3) break;
      }
      expect(text.replaceAll(/^\S+ /gm, '')).toMatch(/^one\ntwo\n(tick\n){3}/);
    });

    promise('a command has its output, its errors and its exit code kept apart', async (place) => {
      const command = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
      expect(await run(place.connection, podOf(place), command)).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    });

    promise('a command is told where its input ends', async (place) => {
      const input = Buffer.alloc(200_000, 'twelve bytes');
      const { stdout, exitCode } = await run(place.connection, podOf(place), ['cat'], input);
      expect(stdout === input.toString()).toBe(true);
      expect(exitCode).toBe(0);
    });

    promise('a command in a pod that is not there is refused before it begins', async (place) => {
      const target = { ...podOf(place, 'absent'), command: ['true'] };
      expect(await failure(execInPod(place.connection, target))).toMatchObject({ code: 'not-found' });
    });

    promise('what a container says is heard while attached', async (place) => {
      const attached = await attachToPod(place.connection, podOf(place));
      let said = '';
      for await (const { from, data } of attached.output) {
        expect(from).toBe('stdout');
        said += Buffer.from(data).toString();
        if (said.split('\n').length > 2) break;
      }
      expect(said).toMatch(/^(tick\n)+/);
    });

    promise('a port carries bytes both ways', async (place) => {
      const ask = async (): Promise<string> => {
        const forwarded = await forwardToPod(place.connection, { ...podOf(place, 'listening'), port: 8080 });
        await forwarded.write(REQUEST);
        let said = '';
        for await (const data of forwarded.incoming) {
          said += Buffer.from(data).toString();
          if (said.includes('hello')) break;
        }
        return said;
      };
      // A container runs a moment before what it runs listens.
      let said = '';
      await until('it listens', async () => (said = await ask().catch(() => '')) !== '', 30_000);
      expect(said).toMatch(/^HTTP\/1\.[01] 200 OK\r\n/);
    });

    promise('a port where nobody listens is said', async (place) => {
      const forwarded = await forwardToPod(place.connection, { ...podOf(place), port: 9999 });
      const reading = (async () => {
        for await (const data of forwarded.incoming) expect(data).toBeUndefined();
      })();
      expect(await failure(reading)).toMatchObject({
        code: 'unreachable',
        message: expect.stringMatching(/^Port 9999 of pod talking .*connection refused/),
      });
    });
  },
  'node',
);
