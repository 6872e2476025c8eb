import type { BenchOptions } from './options.ts';

/** What a figure should be at most, or at least; alone, or as a multiple of what the raw requests give. */
export interface Target {
  readonly at: 'most' | 'least';
  readonly value: number;
  readonly ofRaw?: boolean;
}

/** By figure: `<question>/<what>`. A missed target is told and fails nothing, for no machine is quiet. */
const TARGETS: Readonly<Record<string, Target>> = {
  'start/warm': { at: 'most', value: 130 },
  'start/list bytes': { at: 'most', value: 10_000 },
  'pod/p50': { at: 'most', value: 1.5, ofRaw: true },
  'pod/calls/s at 32': { at: 'least', value: 0.6, ofRaw: true },
  'namespace/p50': { at: 'most', value: 2, ofRaw: true },
  'namespace/bytes': { at: 'most', value: 8_000 },
  'fleet/p50': { at: 'most', value: 2, ofRaw: true },
  'fleet/bytes': { at: 'most', value: 12_000 },
  'fleet/RSS after 64 calls at 32': { at: 'most', value: 200 },
  'fleet/RSS after 64 calls at 32, left alone': { at: 'most', value: 150 },
  'everything/p50': { at: 'most', value: 2, ofRaw: true },
  'everything/bytes': { at: 'most', value: 12_000 },
  'forward/speed': { at: 'least', value: 0.5, ofRaw: true },
  'grep/speed': { at: 'least', value: 0.5, ofRaw: true },
  'grep/memory': { at: 'most', value: 60 },
};

/** The same over HTTP. */
const HTTP_TARGETS: Readonly<Record<string, Target>> = {
  'pod/p50': { at: 'most', value: 2, ofRaw: true },
  'pod/calls/s at 32': { at: 'least', value: 500 },
};

/** The target of a figure, if it has one. */
export function targetOf(id: string, over: BenchOptions['over']): Target | undefined {
  return (over === 'stdio' ? TARGETS : HTTP_TARGETS)[id];
}

export function isMet(target: Target, value: number): boolean {
  return target.at === 'most' ? value <= target.value : value >= target.value;
}

export function sayTarget({ at, value, ofRaw }: Target): string {
  return `${at === 'most' ? '≤' : '≥'} ${value.toLocaleString('en')}${ofRaw === true ? ' × raw' : ''}`;
}
