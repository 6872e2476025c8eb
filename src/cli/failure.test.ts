import { expect, it } from 'vitest';

import { KubernetesError } from '../kubernetes/index.ts';
import { UsageError } from '../platform/index.ts';
import { sayFailure } from './failure.ts';

it('tells an error and what would work instead', () => {
  expect(sayFailure(new UsageError('No cluster.', { advice: 'Set KUBECONFIG.' }))).toBe('fairlead: No cluster.\nSet KUBECONFIG.');
});

it('leaves what is wrong with a file behind its place', () => {
  expect(sayFailure(new UsageError('fairlead.yaml:1:1: unknown key', { code: 'configuration' }))).toMatch(/^fairlead\.yaml:1:1:/);
});

it('keeps what a server says from steering the terminal', () => {
  const error = new KubernetesError('invalid', 'Not valid: \u001b]0;title\u0007\u001b[2Jwebhook says \u202eno', {
    advice: '\u001b[31mred',
  });
  expect(sayFailure(error)).toBe('fairlead: Not valid: webhook says no\nred');
});
