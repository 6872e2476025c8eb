import { NAME, viewPrinter, type Column, type Named } from './column.ts';

type Usage = Readonly<Record<string, string>>;

interface Metrics extends Named {
  readonly window?: string;
  /** Of a node. */
  readonly usage?: Usage;
  /** Of a pod. */
  readonly containers?: readonly { readonly usage?: Usage }[];
}

/** What the units of quantities stand for. */
const UNITS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** In the smallest unit that one of them has. */
function sumOf(quantities: readonly string[]): string {
  const parsed = quantities
    .map((quantity) => /^(\d+)([a-zA-Z]*)$/.exec(quantity))
    .map((match) => ({ amount: Number(match?.[1] ?? 0), unit: match?.[2] ?? '' }))
    .filter(({ amount }) => amount > 0);
  const [smallest] = parsed.map(({ unit }) => unit).sort((a, b) => scaleOf(a) - scaleOf(b));
  if (smallest === undefined) return '0';
  const sum = parsed.reduce((total, { amount, unit }) => total + (amount * scaleOf(unit)) / scaleOf(smallest), 0);
  return `${Math.round(sum)}${smallest}`;
}

const scaleOf = (unit: string): number => UNITS[unit] ?? 1;

const used = (resource: string): Column<Metrics> => ({
  name: resource,
  type: 'string',
  format: 'quantity',
  description: '',
  cell: ({ usage, containers = [] }) =>
    usage?.[resource] ?? sumOf(containers.flatMap((container) => container.usage?.[resource] ?? [])),
});

/** As metrics-server shows them: other words than the API server's, and no age. */
export const METRICS = viewPrinter<Metrics>(
  (object) => object,
  [
    { ...NAME, description: 'Name of the resource' },
    used('cpu'),
    used('memory'),
    { name: 'Window', type: 'string', format: 'duration', description: '', cell: ({ window }) => window ?? '' },
  ],
);
