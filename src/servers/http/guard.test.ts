import { describe, expect, it } from 'vitest';

import { createGuard } from './guard.ts';

const guard = createGuard({ allowHosts: ['Agents.example.com', 'other:9000'], allowOrigins: ['https://Page.example.com/'] });

describe('the guard', () => {
  it.each([
    { host: '127.0.0.1:8080' },
    { host: 'localhost' },
    { host: 'LocalHost:1' },
    { host: '[::1]:8080' },
    { host: 'agents.example.com:443' },
    { host: 'other:9000' },
    { host: 'localhost:8080', origin: '' },
    { host: 'localhost:8080', origin: 'http://localhost:3000' },
    { host: 'localhost:8080', origin: 'https://[::1]' },
    { host: 'localhost:8080', origin: 'https://page.example.com' },
  ])('lets %j pass', (headers) => {
    expect(guard(headers)).toBeUndefined();
  });

  it.each([
    {},
    { host: '' },
    { host: 'evil.example.com' },
    { host: 'localhost.evil.example.com' },
    { host: '127.0.0.1.evil.example.com:8080' },
    { host: '127.0.0.1:8080@evil.example.com' },
    { host: 'evil@127.0.0.1' },
    { host: '0.0.0.0:8080' },
    { host: 'other:9001' },
    { host: 'localhost:8080 ' },
  ])('stops the host %j', (headers) => {
    expect(guard(headers)).toMatch(/^Host ".*" is none that this server answers to\.$/);
  });

  it.each([
    'null',
    'http://evil.example.com',
    'http://localhost.evil.example.com',
    'http://localhost@evil.example.com',
    'file://',
    'chrome-extension://localhost',
    'https://page.example.com.evil.example.com',
    'localhost:8080',
  ])('stops the origin %s', (origin) => {
    expect(guard({ host: 'localhost:8080', origin })).toMatch(/^Pages of ".*" may not call this server\.$/);
  });

  it('quotes little of what came in', () => {
    expect(guard({ host: 'x'.repeat(10_000) })?.length).toBeLessThan(200);
  });
});
