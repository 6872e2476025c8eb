import type { Setting } from '../types.ts';

/** `host:port`, with an IPv6 address in brackets. */
const ADDRESS = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?:\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;

/** How the server over HTTP is reached, and what it bears. */
export const HTTP_SETTINGS = [
  {
    flag: 'listen',
    env: 'FAIRLEAD_LISTEN',
    key: 'http.listen',
    type: 'text',
    value: 'ADDRESS',
    form: { pattern: ADDRESS, say: 'host:port, such as 127.0.0.1:8484 or [::1]:8484' },
    group: 'HTTP (fairlead serve)',
    help: 'where MCP over HTTP is served',
    default: '127.0.0.1:8484',
  },
  {
    flag: 'allow-hosts',
    env: 'FAIRLEAD_ALLOW_HOSTS',
    key: 'http.allow_hosts',
    type: 'list',
    value: 'NAMES',
    group: 'HTTP (fairlead serve)',
    help: 'Host headers to accept beside those of the address',
    default: 'none',
  },
  {
    flag: 'allow-origins',
    env: 'FAIRLEAD_ALLOW_ORIGINS',
    key: 'http.allow_origins',
    type: 'list',
    value: 'ORIGINS',
    group: 'HTTP (fairlead serve)',
    help: 'web pages that may call, e.g. https://agents.example.com',
    default: 'those of the address',
  },
  {
    flag: 'session-timeout',
    env: 'FAIRLEAD_SESSION_TIMEOUT',
    key: 'http.session_timeout',
    type: 'duration',
    value: 'DURATION',
    group: 'HTTP (fairlead serve)',
    help: 'idle sessions of 2025 clients end after this',
    default: '30m',
  },
  {
    flag: 'max-body-bytes',
    env: 'FAIRLEAD_MAX_BODY_BYTES',
    key: 'http.max_body_bytes',
    type: 'number',
    value: 'NUMBER',
    whole: true,
    least: 1024,
    most: 64 * 1024 * 1024,
    group: 'HTTP (fairlead serve)',
    help: 'longer requests are refused',
    default: '4194304',
  },
] as const satisfies readonly Setting[];
