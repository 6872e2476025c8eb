/** How bad a line is, the worst first. */
export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const;

export type Level = (typeof LEVELS)[number];

/** What programs call their levels, by the beginning of the word; `er` is too much of other words. */
const WORDS: readonly (readonly [pattern: RegExp, level: Level])[] = [
  [/^(?:fatal|panic|emerg|alert|crit|severe$|f$)/i, 'fatal'],
  [/^(?:error|err$|eror$|e$)/i, 'error'],
  [/^(?:warn|wrn$|w$)/i, 'warn'],
  [/^(?:info|notice|log$|inf$|i$)/i, 'info'],
  [/^(?:debug|trace|verbose|fine|dbg$|trc$|d$|t$)/i, 'debug'],
];

/** pino and bunyan count in tens. */
const NUMBERS: Readonly<Record<string, Level>> = { 60: 'fatal', 50: 'error', 40: 'warn', 30: 'info', 20: 'debug', 10: 'debug' };

interface LevelRule {
  readonly format: string;
  /** Its first group that is there is the level. */
  readonly finds: RegExp;
  /** The level itself, where the form says it without a word. */
  readonly means?: Level;
}

/** Where a line says how bad it is, the surest first. Only the first characters are looked at: a message may say anything. */
const RULES: readonly LevelRule[] = [
  {
    format: 'JSON of zap, logrus, pino, slog, log4j, Google Cloud, ECS',
    finds: /"(?:level|lvl|severity|log\.level|loglevel|levelname)"\s*:\s*(?:"([A-Za-z]+)"|(\d\d)\b)/i,
  },
  { format: 'logfmt', finds: /(?:^|\s)(?:level|lvl|severity|loglevel)="?([A-Za-z]+)/i },
  { format: 'klog and glog: I0704 12:00:00.000000', finds: /^([IWEF])\d{4} \d\d:\d\d:\d\d/ },
  { format: 'the end of a Go program', finds: /^(?:panic|fatal error): /, means: 'fatal' },
  { format: 'the end of a JVM, Python or Node program', finds: /^(?:Exception in thread|Traceback \(most)/, means: 'error' },
  {
    format: 'an exception by its name',
    finds: /^(?:Caused by: |Uncaught )?(?:[\w.$]+\.)?\w*(?:Error|Exception)(?::|$)/,
    means: 'error',
  },
  { format: 'nginx, Apache, Python: [error]', finds: /\[([A-Za-z]{4,9})\]/ },
  {
    format: 'a word in capitals, as most formats have it',
    finds: /(?:^|[\s|[(:])(FATAL|PANIC|CRITICAL|SEVERE|ERROR|WARN(?:ING)?|INFO|NOTICE|DEBUG|TRACE)(?=$|[\s|\]):])/,
  },
  { format: 'the first word with a colon: Error: …', finds: /^(error|fatal|warning|warn|panic|critical)\b ?[:[(]/i },
];

const LOOKED_AT = 400;

/** How bad a line says it is; undefined when it does not say. */
export function levelOf(line: string): Level | undefined {
  const head = line.length > LOOKED_AT ? line.slice(0, LOOKED_AT) : line;
  for (const { finds, means } of RULES) {
    const found = finds.exec(head);
    if (found === null) continue;
    const word = found[1] ?? found[2] ?? '';
    const level = means ?? NUMBERS[word] ?? WORDS.find(([pattern]) => pattern.test(word))?.[1];
    if (level !== undefined) return level;
  }
  return undefined;
}

/** True when a level is as bad as another one, or worse. */
export function isAtLeast(level: Level | undefined, least: Level): boolean {
  return level !== undefined && LEVELS.indexOf(level) <= LEVELS.indexOf(least);
}

/** A line that belongs to the one before it: a frame of a stack, a cause, the rest of a message. */
export function isContinuation(line: string): boolean {
  return /^(?:\s+\S|Caused by: |\.\.\. \d+ more|goroutine \d+ \[|created by |\}|\))/.test(line);
}
