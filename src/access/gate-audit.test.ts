import { describe, expect, test } from 'vitest';

import { request } from '../../test/support/gate.ts';
import type { ApiRequest } from '../kubernetes/index.ts';
import { createAudit, type AuditLine } from './audit.ts';
import { createGate } from './gate.ts';
import { normalisePolicy, type PolicyOptions } from './policy.ts';

const place = { cluster: 'prod', identity: 'me' };
const call = { origin: 'kube_get' };

test('every request is told to the audit, refused ones included', () => {
  const lines: AuditLine[] = [];
  const gate = createGate(
    normalisePolicy({ mode: 'direct', dryRun: true }),
    { enabled: true, write: (line) => lines.push(line), close: () => Promise.resolve() },
    { now: () => 0 },
  );
  gate.settled(request('delete pods shop web', { query: { labelSelector: 'a=b' }, body: { x: 1 } }), place, call, {
    decision: 'allowed',
    status: 200,
    milliseconds: 12.345,
    bytes: 67,
  });
  gate.settled({ verb: 'get', nonResource: '/readyz' }, place, call, {
    decision: 'refused',
    error: 'policy',
    milliseconds: 0,
    bytes: 0,
  });
  expect(lines).toEqual([
    {
      time: '1970-01-01T00:00:00.000Z',
      identity: 'me',
      origin: 'kube_get',
      cluster: 'prod',
      verb: 'delete',
      group: '',
      resource: 'pods',
      namespace: 'shop',
      name: 'web',
      decision: 'allowed',
      status: 200,
      error: undefined,
      dryRun: true,
      milliseconds: 12.3,
      bytes: 67,
    },
    {
      time: '1970-01-01T00:00:00.000Z',
      identity: 'me',
      origin: 'kube_get',
      cluster: 'prod',
      verb: 'get',
      path: '/readyz',
      decision: 'refused',
      status: undefined,
      error: 'policy',
      milliseconds: 0,
      bytes: 0,
    },
  ]);
});

describe('the line of the audit', () => {
  const told = (options: PolicyOptions, given: ApiRequest, commands?: boolean): AuditLine[] => {
    const lines: AuditLine[] = [];
    const audit = {
      enabled: true,
      ...(commands !== undefined && { commands }),
      write: (line: AuditLine) => lines.push(line),
      close: () => Promise.resolve(),
    };
    const outcome = { decision: 'allowed', milliseconds: 0, bytes: 0 } as const;
    createGate(normalisePolicy(options), audit).settled(given, place, call, outcome);
    return lines;
  };
  const direct = { mode: 'direct' } as const;
  const exec = request('create pods/exec shop web', { query: { command: ['ls'] } });

  test('says of a change whether it was a dry run, and of nothing else', () => {
    expect(told(direct, request('patch pods shop web', { dryRun: true }))).toMatchObject([{ dryRun: true }]);
    expect(told({ ...direct, dryRun: true }, request('patch pods shop web'))).toMatchObject([{ dryRun: true }]);
    expect(told(direct, request('patch pods shop web'))[0]).not.toHaveProperty('dryRun');
    expect(told({ ...direct, dryRun: true }, request('get pods shop web'))[0]).not.toHaveProperty('dryRun');
    expect(told({ ...direct, dryRun: true }, { verb: 'get', nonResource: '/version' })[0]).not.toHaveProperty('dryRun');
  });

  test('holds what was run unless the operator wants none of it', () => {
    expect(told(direct, exec)).toMatchObject([{ resource: 'pods/exec', command: ['ls'] }]);
    expect(told(direct, exec, true)).toMatchObject([{ command: ['ls'] }]);
    expect(told(direct, exec, false)[0]).not.toHaveProperty('command');
  });

  test('is made for nobody where nobody reads it', () => {
    const audit = { ...createAudit(), write: () => expect.unreachable() };
    const outcome = { decision: 'allowed', milliseconds: 0, bytes: 0 } as const;
    createGate(normalisePolicy(), audit).settled(exec, place, call, outcome);
  });
});
