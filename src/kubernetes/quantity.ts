/** A Kubernetes quantity: sign and digits, then a suffix or an exponent. */
const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/**
 * The number that a quantity means, in cores, bytes or whatever it counts; undefined for what is none. The result is the
 * double nearest to the exact value.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantityOf(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return Number.isFinite(quantity) ? quantity : undefined;
  if (typeof quantity !== 'string' || quantity.length > 64) return undefined;
  const [, digits, suffix = '', exponent] = QUANTITY.exec(quantity) ?? [];
  if (digits === undefined) return undefined;
  // Number() rounds once, from the decimal text; multiplying by 0.001 would round twice. A power of two rounds nothing.
  const value = suffix.endsWith('i')
    ? Number(digits) * 1024 ** BINARY.indexOf(suffix as (typeof BINARY)[number])
    : Number(`${digits}e${exponent ?? DECIMAL[suffix] ?? 0}`);
  return Number.isFinite(value) ? value : undefined;
}
