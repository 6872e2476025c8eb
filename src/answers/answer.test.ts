import { expect, test } from 'vitest';

import { blocks, count, headLine, inCommon, nextCall, nextCursor, notes, thousands } from './answer.ts';

test('counts', () => {
  expect([0, 999, 1000, 2025, 1_234_567, -1234].map(thousands)).toEqual(['0', '999', '1,000', '2,025', '1,234,567', '-1,234']);
  expect([
    count(2025, 'pod'),
    count(1, 'pod'),
    count(0, 'policy'),
    count(2, 'ingress'),
    count(2, 'gateway'),
    count(2, 'Endpoints'),
  ]).toEqual(['2,025 pods', '1 pod', '0 policies', '2 ingresses', '2 gateways', '2 Endpoints']);
  expect(count(2, 'replica ready', 'replicas ready')).toBe('2 replicas ready');
});

test('lines', () => {
  expect(headLine(count(2025, 'pod'), '', undefined, false, 'all Running')).toBe('2,025 pods, all Running.');
  expect(headLine('Not well:')).toBe('Not well:');
  expect(headLine()).toBe('');
  const constants = [
    { name: 'STATUS', value: 'Running' },
    { name: 'NODE', value: 'n1' },
  ];
  expect(inCommon(constants)).toBe('all STATUS Running, NODE n1');
  expect(inCommon([])).toBe('');
  expect(notes(['Only namespaces a, b.', false, 'Only namespaces a, b.', 'hang-1 does not answer.'])).toBe(
    'Only namespaces a, b.\nhang-1 does not answer.',
  );
  expect(blocks('head', '', 'body')).toBe('head\nbody');
});

test('what to call next', () => {
  expect(nextCall('kube_get', { kind: 'pods', name: undefined, cursor: 'c1x' })).toBe(
    'next: kube_get {"kind":"pods","cursor":"c1x"}',
  );
  expect(nextCursor('c1x')).toBe('next: cursor "c1x"');
});
