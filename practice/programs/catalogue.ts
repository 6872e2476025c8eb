import type { Images, LogLine, Program } from './program.ts';

/** An image made to be given a command. Without one, its shell finds nothing to read and ends. */
export const TOOLBOX: Program = { exit: { afterSeconds: 0, code: 0 } };

const page = (title: string): string =>
  `<!DOCTYPE html>\n<html>\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`;

const says = (...lines: readonly string[]): readonly LogLine[] => lines.map((text) => ({ atSeconds: 0, text }));

const NGINX: Program = {
  log: [
    ...says(
      '/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration',
      '/docker-entrypoint.sh: Configuration complete; ready for start up',
    ),
    { atSeconds: 0, text: '{date} [notice] 1#1: start worker processes', stream: 'stderr' },
  ],
  repeats: { everySeconds: 10, lines: ['10.244.0.1 - - [{date}] "GET / HTTP/1.1" 200 615 "-" "kube-probe/1.36" "-"'] },
  usage: { cpu: '2m', memory: '7Mi' },
  ports: { 80: { kind: 'http', paths: { '/': { body: page('Welcome to nginx!') } } } },
  files: {
    '/usr/share/nginx/html/index.html': page('Welcome to nginx!'),
    '/etc/nginx/nginx.conf':
      'user  nginx;\nworker_processes  auto;\nevents { worker_connections 1024; }\nhttp { include /etc/nginx/conf.d/*.conf; }\n',
  },
};

/** Images that everybody tries first. Those of `practice/` go wrong, or well, in one well-known way each. */
export const builtInImages: Images = {
  alpine: TOOLBOX,
  bash: TOOLBOX,
  busybox: TOOLBOX,
  'curlimages/curl': TOOLBOX,
  debian: TOOLBOX,
  ubuntu: TOOLBOX,
  'registry.k8s.io/pause': { usage: { cpu: '1m', memory: '1Mi' } },
  nginx: NGINX,
  'nginxinc/nginx-unprivileged': {
    ...NGINX,
    ports: { 8080: { kind: 'http', paths: { '/': { body: page('Welcome to nginx!') } } } },
  },
  httpd: {
    log: [
      {
        atSeconds: 0,
        text: '[mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4 configured -- resuming normal operations',
        stream: 'stderr',
      },
    ],
    ports: { 80: { kind: 'http', paths: { '/': { body: '<html><body><h1>It works!</h1></body></html>\n' } } } },
  },
  redis: {
    log: says('1:C {date} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo', '1:M {date} * Ready to accept connections tcp'),
    usage: { cpu: '3m', memory: '9Mi' },
    ports: { 6379: { kind: 'echo' } },
  },
  postgres: {
    log: [{ atSeconds: 1, text: '{date} [1] LOG:  database system is ready to accept connections', stream: 'stderr' }],
    needsEnvironment: ['POSTGRES_PASSWORD'],
    readyAfterSeconds: 3,
    usage: { cpu: '5m', memory: '40Mi' },
    ports: { 5432: { kind: 'echo' } },
  },
  'registry.k8s.io/echoserver': {
    log: says('Listening on port 8080.'),
    ports: { 8080: { kind: 'http', paths: { '*': { body: 'CLIENT VALUES:\nclient_address=127.0.0.1\n' } } } },
  },
  'practice/crash': { log: says('starting', 'fatal: cannot read the configuration'), exit: { afterSeconds: 2, code: 1 } },
  'practice/job': { log: says('working on it', 'done'), exit: { afterSeconds: 5, code: 0 } },
  'practice/missing': { pull: { error: 'NotFound' } },
  'practice/never-ready': { log: says('waiting for the database'), readyAfterSeconds: 'never' },
  'practice/oom': { log: says('loading everything into memory'), exit: { afterSeconds: 4, code: 137, reason: 'OOMKilled' } },
  'practice/private': { pull: { error: 'Unauthorized' } },
  'practice/slow-pull': { pull: { seconds: 60 } },
  'practice/unhealthy': { log: says('serving'), unhealthyAfterSeconds: 30 },
};
