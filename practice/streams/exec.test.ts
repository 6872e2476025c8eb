import { afterAll, beforeAll, expect, test } from 'vitest';

import { converse, podOf, refusal, startStreams, type StreamCluster } from './pod-streams.fake.ts';

let cluster: StreamCluster;

const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'settings',
    namespace: 'default',
    uid: 'cm',
    resourceVersion: '1',
    creationTimestamp: '2026-11-20T12:00:00Z',
  },
  data: { mode: 'fast' },
};

beforeAll(async () => {
  cluster = await startStreams({ web: { files: { '/srv/index.html': '<h1>hi</h1>' }, log: [{ atSeconds: 5, text: 'ready' }] } });
  cluster.put('configmaps', configMap);
  cluster.put(
    'pods',
    podOf(
      'web',
      'web',
      {},
      {
        containers: [
          {
            name: 'app',
            image: 'web',
            env: [
              { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'settings', key: 'mode' } } },
              { name: 'WHERE', value: '$(POD)@$(MODE)' },
              { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
            ],
            volumeMounts: [{ name: 'config', mountPath: '/etc/config' }],
          },
        ],
        volumes: [{ name: 'config', configMap: { name: 'settings' } }],
      },
    ),
  );
});
afterAll(() => cluster[Symbol.asyncDispose]());

const path = (argv: readonly string[], streams = 'stdout=true&stderr=true', pod = 'web'): string =>
  `/${pod}/exec?${streams}${argv.map((word) => `&command=${encodeURIComponent(word)}`).join('')}`;

const succeeded = JSON.stringify({ metadata: {}, status: 'Success' });

test.each(['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io'])(
  '%s carries what a command writes, and its code',
  async (protocol) => {
    const {
      channels,
      closed,
      protocol: spoken,
    } = await converse(cluster, path(['sh', '-c', 'echo out; echo err >&2; exit 3']), protocol);
    expect({ spoken, closed, out: channels[1], err: channels[2] }).toEqual({
      spoken: protocol,
      closed: 1000,
      out: 'out\n',
      err: 'err\n',
    });
    expect(JSON.parse(channels[3] ?? '')).toMatchObject({
      metadata: {},
      status: 'Failure',
      message: expect.stringContaining('exit code 3'),
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
  },
);

test('before v4 the error channel carries plain words, and none when all went well', async () => {
  expect((await converse(cluster, path(['true']), 'channel.k8s.io')).channels[3]).toBe('');
  expect((await converse(cluster, path(['false']), 'channel.k8s.io')).channels[3]).toBe(
    'command terminated with non-zero exit code: error executing command [false], exit code 1',
  );
});

test('a client of v5 ends stdin by closing its channel', async () => {
  const { channels } = await converse(cluster, path(['cat'], 'stdin=true&stdout=true'), 'v5.channel.k8s.io', [
    '\0hello',
    '\0 you',
    [255, 0],
  ]);
  expect(channels).toEqual({ 1: 'hello you', 3: succeeded });
});

test('what nobody asked for is not sent', async () => {
  const { channels } = await converse(cluster, path(['sh', '-c', 'echo out; echo err >&2'], 'stderr=true'), 'v5.channel.k8s.io');
  expect(channels).toEqual({ 2: 'err\n', 3: succeeded });
});

test('a terminal echoes, ends lines for screens, and has one stream out', async () => {
  const streams = 'stdin=true&stdout=true&stderr=true&tty=true';
  const { channels } = await converse(cluster, path(['sh'], streams), 'v5.channel.k8s.io', ['\0echo hix\u007f >&2; exit 4\r']);
  expect(channels[1]).toBe('/ # echo hix\b \b >&2; exit 4\r\nhi\r\n');
  expect(channels[2]).toBeUndefined();
  expect(JSON.parse(channels[3] ?? '')).toMatchObject({ details: { causes: [{ message: '4' }] } });
});

test('a command finds the environment and the files that its pod gives it', async () => {
  const script = 'echo $MODE $WHERE $POD $HOSTNAME; cat /etc/config/mode; echo; cat /srv/index.html';
  const { channels } = await converse(cluster, path(['sh', '-c', script]), 'v5.channel.k8s.io');
  expect(channels[1]).toBe('fast $(POD)@fast web web\nfast\n<h1>hi</h1>');
});

test('files stay as long as the container runs', async () => {
  cluster.put('pods', podOf('kept', 'web'));
  await converse(cluster, path(['sh', '-c', 'echo note > /tmp/note'], 'stdout=true', 'kept'), 'v5.channel.k8s.io');
  const cat = path(['cat', '/tmp/note'], 'stdout=true', 'kept');
  expect((await converse(cluster, cat, 'v5.channel.k8s.io')).channels[1]).toBe('note\n');
  cluster.put('pods', podOf('kept', 'web', { containerID: 'run-2', state: { running: { startedAt: '2026-11-20T12:30:00Z' } } }));
  expect((await converse(cluster, cat, 'v5.channel.k8s.io')).channels[1]).toBe('');
});

test.each([
  [['foo'], 'unable to start container process: exec: "foo": executable file not found in $PATH'],
  [['/opt/foo'], 'unable to start container process: exec: "/opt/foo": stat /opt/foo: no such file or directory'],
  [[], 'args must not be empty'],
])('%j is not there, says the container runtime', async (argv, why) => {
  const { channels } = await converse(cluster, path(argv), 'v5.channel.k8s.io');
  expect(JSON.parse(channels[3] ?? '')).toMatchObject({
    message: expect.stringMatching(
      /^Internal error occurred: Internal error occurred: error executing command in container: failed to exec/,
    ),
    reason: 'InternalError',
    code: 500,
    details: { causes: [{ message: expect.stringContaining(`OCI runtime exec failed: exec failed: ${why}: unknown`) }] },
  });
});

test.each([
  [path(['ls'], 'stdout=true', 'none'), 'v5.channel.k8s.io', 404, 'pods \\"none\\" not found'],
  [path(['ls'], 'stdout=true&container=x'), 'v5.channel.k8s.io', 400, 'container x is not valid for pod web'],
  [path(['ls'], 'tty=false'), 'v5.channel.k8s.io', 400, 'you must specify at least 1 of stdin, stdout, stderr'],
  [path(['ls'], 'stdout=true', 'ended'), 'v5.channel.k8s.io', 500, 'container not found ("app")'],
  ['/ended/attach?stdout=true', 'v5.channel.k8s.io', 500, 'container app not found in pod ended_default'],
  [path(['ls']), 'v9.channel.k8s.io', 403, ''],
])('%s over %s is refused with %i', async (asked, protocol, code, said) => {
  cluster.put('pods', podOf('ended', 'web', { state: { terminated: { startedAt: '2026-11-20T12:00:00Z' } } }));
  const { code: answered, body } = await refusal(cluster, asked, protocol);
  expect(answered).toBe(code);
  expect(body).toContain(said);
});

test('a command does not outlive its container', async () => {
  const before = cluster.watchers();
  cluster.put('pods', podOf('dies', 'web'));
  const talk = converse(cluster, path(['sleep', '1000'], 'stdout=true', 'dies'), 'v5.channel.k8s.io');
  await expect.poll(() => cluster.watchers()).toBeGreaterThan(before);
  cluster.put('pods', podOf('dies', 'web', { state: { terminated: { startedAt: '2026-11-20T12:00:00Z' } } }));
  expect(JSON.parse((await talk).channels[3] ?? '')).toMatchObject({ details: { causes: [{ message: '137' }] } });
  expect(cluster.watchers()).toBe(before);
});

test('attach shows what is written from then on, until the container ends', async () => {
  cluster.put('pods', podOf('shown', 'web'));
  const attached = converse(cluster, '/shown/attach?stdout=true', 'v5.channel.k8s.io');
  const terminated = { startedAt: '2026-11-20T12:00:00Z', finishedAt: '2026-11-20T12:00:09Z' };
  // The empty message that opens the stream is the sign that it is watching.
  await expect.poll(() => cluster.watchers()).toBeGreaterThan(1);
  cluster.put('pods', podOf('shown', 'web', { state: { terminated } }));
  expect((await attached).channels).toEqual({ 1: 'ready\n', 3: succeeded });
});
