import { expect, test } from 'vitest';

import { ingressTrouble } from './ingress.ts';
import { object, type Fields } from './objects.fake.ts';

const ingress = (service: Fields, spec: Fields = {}) =>
  object('networking.k8s.io/v1', 'Ingress', 'shop', {
    spec: { rules: [{ host: 'shop.test', http: { paths: [{ path: '/', backend: { service } }] } }], ...spec },
  });
const services = [object('v1', 'Service', 'web', { spec: { ports: [{ name: 'http', port: 80 }] } })];

test('well: with a class that exists, with the default class, and with one that needs no object', () => {
  const classes = [object('networking.k8s.io/v1', 'IngressClass', 'nginx')];
  const good = { name: 'web', port: { number: 80 } };
  expect(ingressTrouble(ingress(good, { ingressClassName: 'nginx' }), { services, classes })).toEqual([]);
  expect(ingressTrouble(ingress({ name: 'web', port: { name: 'http' } }), { services, classes: [] })).toEqual([]);
  expect(ingressTrouble(ingress(good, { ingressClassName: 'gce' }), { services, classes })).toEqual([]);
});

test('what it leads to is missing', () => {
  expect(ingressTrouble(ingress({ name: 'wep', port: { number: 80 } }), { services })).toMatchObject([
    { code: 'backend-missing', what: 'shop.test/ leads nowhere', why: 'Service wep does not exist' },
  ]);
  expect(ingressTrouble(ingress({ name: 'web', port: { number: 81 } }), { services })).toMatchObject([
    { code: 'port-mismatch', why: 'Service web has no port 81; it has http 80' },
  ]);
  expect(
    ingressTrouble(ingress({ name: 'web', port: { number: 80 } }, { ingressClassName: 'x' }), { services, classes: [] }),
  ).toMatchObject([{ code: 'class-missing', why: 'there is none at all' }]);
});
