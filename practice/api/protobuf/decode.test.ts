import { expect, test } from 'vitest';

import { objectFromProtobuf } from './decode.ts';

const varint = (number: number): number[] => (number < 0x80 ? [number] : [(number & 0x7f) | 0x80, ...varint(number >>> 7)]);
const bytes = (field: number, content: Uint8Array | string): Buffer => {
  const body = Buffer.from(content);
  return Buffer.from([...varint((field << 3) | 2), ...varint(body.length), ...body]);
};
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field << 3), ...varint(value)]);
const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);

const object = (apiVersion: string, kind: string, raw: Buffer): Buffer =>
  message(Buffer.from('k8s\0'), bytes(1, message(bytes(1, apiVersion), bytes(2, kind))), bytes(2, raw));

/** Go writes every field that is no pointer. */
const metadata = (name: string): Buffer =>
  bytes(
    1,
    message(
      bytes(1, name),
      bytes(2, ''),
      bytes(3, 'shop'),
      bytes(5, ''),
      number(7, 0),
      bytes(8, ''),
      bytes(11, message(bytes(1, 'app'), bytes(2, 'web'))),
    ),
  );

test('an object comes with its kind, its maps, and without what Go writes for nothing', () => {
  const raw = message(metadata('settings'), bytes(2, message(bytes(1, 'a'), bytes(2, 'b'))));
  expect(objectFromProtobuf(object('v1', 'ConfigMap', raw))).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'shop', labels: { app: 'web' } },
    data: { a: 'b' },
  });
});

test('bytes become base64', () => {
  const raw = message(metadata('s'), bytes(2, message(bytes(1, 'k'), bytes(2, 'v'))));
  expect(objectFromProtobuf(object('v1', 'Secret', raw))).toMatchObject({ data: { k: 'dg==' } });
});

test('a zero counts where Go has a pointer, and fields without a name of their own stand in their object', () => {
  const probe = message(
    bytes(1, message(bytes(2, message(bytes(1, '/'), bytes(2, message(number(1, 0), number(2, 80))))))),
    number(2, 0),
  );
  const container = message(
    bytes(1, 'c'),
    bytes(2, 'nginx'),
    bytes(3, 'sleep'),
    bytes(3, '1'),
    bytes(10, probe),
    bytes(15, message(number(6, 0))),
  );
  const template = message(bytes(1, ''), bytes(2, message(bytes(2, container))));
  const raw = message(metadata('web'), bytes(2, message(number(1, 0), bytes(3, template), number(5, 0))), bytes(3, ''));
  expect(objectFromProtobuf(object('apps/v1', 'Deployment', raw))).toMatchObject({
    spec: {
      replicas: 0,
      template: {
        spec: {
          containers: [
            {
              name: 'c',
              command: ['sleep', '1'],
              livenessProbe: { httpGet: { path: '/', port: 80 } },
              securityContext: { readOnlyRootFilesystem: false },
            },
          ],
        },
      },
    },
  });
  expect(objectFromProtobuf(object('apps/v1', 'Deployment', raw))).not.toHaveProperty('spec.minReadySeconds');
});

test('options are the same in every group', () => {
  const raw = message(number(1, 5), bytes(4, 'Foreground'));
  expect(objectFromProtobuf(object('policy/v1', 'DeleteOptions', raw))).toMatchObject({
    gracePeriodSeconds: 5,
    propagationPolicy: 'Foreground',
  });
});

test.each([
  ['is none', Buffer.from('{"kind":"Pod"}'), /does not begin/],
  [
    'is of an unknown kind',
    object('example.com/v1', 'Widget', Buffer.alloc(0)),
    /no protobuf message is known of example.com\/v1 Widget/,
  ],
  ['has a number without end', object('v1', 'ConfigMap', Buffer.alloc(100, 0xff)), /a number of a protobuf message is too long/],
  ['is cut off', object('v1', 'ConfigMap', metadata('settings')).subarray(0, -3), /unexpected end/],
])('a body that %s is refused', (_, body, why) => {
  expect(() => objectFromProtobuf(body)).toThrow(why);
});
