import type { FaultRule, HttpFault } from './fault.ts';

/** What a rule is asked about. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
}

/** Rules with a memory of what they have done. */
export interface FaultScript {
  readonly add: (...rules: readonly FaultRule[]) => void;
  /** Forgets all rules. */
  readonly clear: () => void;
  /** The fault of the first rule that fits and is not used up. */
  readonly next: (asked: Asked) => HttpFault | undefined;
}

interface Progress {
  readonly rule: FaultRule;
  passed: number;
  struck: number;
}

export function faultScript(rules: readonly FaultRule[] = []): FaultScript {
  let progress: readonly Progress[] = [];
  const add = (...more: readonly FaultRule[]): void => {
    progress = [...progress, ...more.map((rule) => ({ rule, passed: 0, struck: 0 }))];
  };
  add(...rules);
  return {
    add,
    clear() {
      progress = [];
    },
    next(asked) {
      for (const entry of progress) {
        const { times = 1, after = 0, fault } = entry.rule;
        if (entry.struck >= times || !fits(entry.rule, asked)) continue;
        if (entry.passed < after) {
          entry.passed++;
          continue;
        }
        entry.struck++;
        return fault;
      }
      return undefined;
    },
  };
}

const fits = ({ method, contains = '' }: FaultRule, asked: Asked): boolean =>
  (method === undefined || method === asked.method) && asked.path.includes(contains);
