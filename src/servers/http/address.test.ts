import { expect, it } from 'vitest';

import { authority, loopbackOnly } from './address.ts';

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.1.2.3', '127.1.2.3'],
  ['::1', '::1'],
  ['localhost', '127.0.0.1'],
  ['LOCALHOST', '127.0.0.1'],
])('listens on %s', (host, bound) => {
  expect(loopbackOnly({ host, port: 1 })).toEqual({ host: bound, port: 1 });
});

it.each([
  '0.0.0.0',
  '::',
  '',
  '10.0.0.1',
  '192.168.1.2',
  'localhost.example.com',
  '127.0.0.1.example.com',
  '127.1',
  'fe80::1',
  '::ffff:10.0.0.1',
])('refuses %s until there is somebody who asks callers who they are', (host) => {
  expect(() => loopbackOnly({ host, port: 8080 })).toThrow(/cannot authenticate callers yet/);
});

it('writes addresses as URLs have them', () => {
  expect([authority('127.0.0.1', 80), authority('::1', 80)]).toEqual(['127.0.0.1:80', '[::1]:80']);
});
