import { afterAll, beforeAll, expect, test } from 'vitest';

import { podOf, START, startStreams, type StreamCluster } from './pod-streams.fake.ts';

let cluster: StreamCluster;

const images = {
  web: { log: [{ atSeconds: 0, text: 'starting' }], repeats: { everySeconds: 10, lines: ['tick {n}'] } },
  job: {
    log: [
      { atSeconds: 0, text: 'working' },
      { atSeconds: 3, text: 'done' },
    ],
    exit: { afterSeconds: 3, code: 0 },
  },
};

beforeAll(async () => {
  cluster = await startStreams(images);
  cluster.clock.advance(60_000);
  cluster.put('pods', podOf('web', 'web'));
});
afterAll(() => cluster[Symbol.asyncDispose]());

const get = (path: string): Promise<Response> => fetch(`http://${cluster.url}${path}`);
const text = async (path: string): Promise<string> => (await get(path)).text();

test.each([
  ['', 'starting\ntick 2\ntick 3\ntick 4\ntick 5\ntick 6\ntick 7\n'],
  ['?tailLines=2', 'tick 6\ntick 7\n'],
  ['?tailLines=0', ''],
  ['?sinceSeconds=10', 'tick 6\ntick 7\n'],
  ['?sinceSeconds=30&tailLines=1', 'tick 7\n'],
  ['?sinceTime=2026-11-20T12:00:55Z', 'tick 7\n'],
  ['?limitBytes=12', 'starting\ntic'],
  ['?timestamps=true&tailLines=1', '2026-11-20T12:01:00.000000000Z tick 7\n'],
  ['?container=app&tailLines=1', 'tick 7\n'],
])('log%s', async (query, lines) => {
  expect(await text(`/web/log${query}`)).toBe(lines);
});

test.each([
  ['/none/log', 404, 'pods "none" not found'],
  ['/web/log?container=x', 400, 'container x is not valid for pod web'],
  ['/web/log?previous=true', 400, 'previous terminated container "app" in pod "web" not found'],
  ['/web/log?tailLines=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  [
    '/web/log?tailLines=-1',
    422,
    'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
  ],
  ['/web/log?limitBytes=0', 422, 'PodLogOptions "web" is invalid: limitBytes: Invalid value: 0: must be greater than 0'],
  [
    '/web/log?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z',
    422,
    'PodLogOptions "web" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
  ],
  ['/web/log?sinceTime=noon', 400, 'parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006"'],
])('%s is refused in the words of a real server', async (path, code, message) => {
  const response = await get(path);
  expect(await response.json()).toMatchObject({ kind: 'Status', code, message });
});

test.each([
  ['ErrImagePull', "image can't be pulled"],
  ['ImagePullBackOff', 'trying and failing to pull image'],
  ['ContainerCreating', 'ContainerCreating'],
])('a container that waits because of %s has no log yet', async (reason, why) => {
  cluster.put('pods', podOf('waits', 'web', { state: { waiting: { reason } } }));
  expect(await (await get('/waits/log')).json()).toMatchObject({
    code: 400,
    message: `container "app" in pod "waits" is waiting to start: ${why}`,
  });
});

test('a pod with several containers asks which one', async () => {
  const [a, b] = [
    { name: 'a', image: 'web' },
    { name: 'b', image: 'web' },
  ];
  cluster.put('pods', podOf('two', 'web', {}, { initContainers: [{ name: 'prep', image: 'job' }], containers: [a, b] }));
  expect(await (await get('/two/log')).json()).toMatchObject({
    message: 'a container name must be specified for pod two, choose one of: [prep a b]',
  });
});

test('a pod without a node has nothing to show', async () => {
  const { nodeName: _, ...spec } = podOf('new', 'web').spec;
  cluster.put('pods', { ...podOf('new', 'web'), spec });
  expect((await get('/new/log')).status).toBe(204);
});

test('while a container backs off its last run is shown, and with previous the one before', async () => {
  const ended = (second: number) => ({
    startedAt: `2026-11-20T12:00:0${second}Z`,
    finishedAt: `2026-11-20T12:00:0${second + 1}Z`,
    containerID: `r${second}`,
  });
  cluster.put(
    'pods',
    podOf('job', 'job', { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: ended(2) } }),
  );
  expect(await text('/job/log?timestamps=true')).toBe('2026-11-20T12:00:02.000000000Z working\n');
  cluster.put('pods', podOf('job', 'job', { state: { terminated: ended(7) }, lastState: { terminated: ended(2) } }));
  expect(await text('/job/log?timestamps=true')).toBe('2026-11-20T12:00:07.000000000Z working\n');
  expect(await text('/job/log?timestamps=true&previous=true')).toBe('2026-11-20T12:00:02.000000000Z working\n');
});

test('a log that is followed gets each line when it is written, and ends with its container', async () => {
  cluster.put('pods', podOf('followed', 'web'));
  const response = await get('/followed/log?follow=true&tailLines=1');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe('tick 7\n');
  cluster.clock.advance(10_000);
  expect((await reader?.read())?.value).toBe('tick 8\n');
  cluster.clock.advance(9_000);
  const terminated = { startedAt: '2026-11-20T12:00:00Z', finishedAt: '2026-11-20T12:01:20Z' };
  cluster.put('pods', podOf('followed', 'web', { state: { terminated } }));
  expect((await reader?.read())?.value).toBe('tick 9\n');
  expect((await reader?.read())?.done).toBe(true);
});

test('a log that is followed ends when its pod is gone', async () => {
  const pod = podOf('short', 'job');
  cluster.put('pods', pod);
  const response = await get('/short/log?follow=true');
  cluster.remove('pods', pod);
  expect(await response.text()).toBe('working\ndone\n');
});

test('a long log comes whole, as fast as it is read', async () => {
  cluster.clock.advance(40_000_000);
  cluster.put('pods', podOf('long', 'web'));
  const lines = (await text('/long/log')).trimEnd().split('\n');
  expect(lines.at(-1)).toBe(`tick ${Math.floor((cluster.clock.now() - START) / 10_000) + 1}`);
  expect(lines).toHaveLength(Math.floor((cluster.clock.now() - START) / 10_000) + 1);
});
