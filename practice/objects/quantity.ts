/** Quantities as the API keeps them: `0.5` becomes `500m`, `1024Mi` becomes `1Gi`. */

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;

const DECIMAL: readonly string[] = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

interface Quantity {
  /** In billionths, which is as fine as quantities get. */
  readonly nano: bigint;
  readonly form: 'binary' | 'decimal' | 'exponent';
}

function parsed(text: string): Quantity | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  const [scale, times] = scaleOf(suffix);
  const nano = scaled(digits * times, scale + 9 - fraction.length);
  const size = nano > MOST ? MOST : nano;
  return {
    nano: sign === '-' ? -size : size,
    form: /^[eE][+-]?\d/.test(suffix) ? 'exponent' : suffix.endsWith('i') ? 'binary' : 'decimal',
  };
}

function scaleOf(suffix: string): readonly [exponent: number, times: bigint] {
  if (suffix.endsWith('i')) return [0, 1024n ** BigInt(BINARY.indexOf(suffix))];
  if (DECIMAL.includes(suffix)) return [(DECIMAL.indexOf(suffix) - 3) * 3, 1n];
  return [Number(suffix.slice(1)), 1n];
}

/** What is finer than a billionth is rounded up. An exponent that says no more than "too much" or "next to nothing" is not worked out. */
function scaled(digits: bigint, exponent: number): bigint {
  if (digits === 0n) return 0n;
  if (exponent >= 0) return digits * 10n ** BigInt(Math.min(exponent, DIGITS_OF_MOST));
  if (-exponent > digits.toString().length) return 1n;
  const divisor = 10n ** BigInt(-exponent);
  return digits / divisor + (digits % divisor === 0n ? 0n : 1n);
}

/** The text that the server would give back; nothing for what is no quantity. */
export function canonicalQuantity(value: number | string): string | undefined {
  const quantity = parsed(typeof value === 'number' ? String(value) : value);
  if (quantity === undefined) return undefined;
  const { nano, form } = quantity;
  const [sign, size] = nano < 0n ? ['-', -nano] : ['', nano];
  if (size === 0n) return '0';
  if (form === 'binary' && size >= 1024n * ONE) return sign + binary(size);
  return sign + decimal(size, form === 'exponent');
}

const ONE = 1_000_000_000n;
/** Go counts in 64 bits: what is more is as much. */
const MOST = (2n ** 63n - 1n) * ONE;
const DIGITS_OF_MOST = 28;

function binary(nano: bigint): string {
  let whole = nano / ONE + (nano % ONE === 0n ? 0n : 1n);
  let step = 0;
  while (whole % 1024n === 0n && step < BINARY.length - 1) {
    whole /= 1024n;
    step += 1;
  }
  return `${whole}${BINARY[step] ?? ''}`;
}

function decimal(nano: bigint, exponent: boolean): string {
  let [left, step] = [nano, 0];
  while (left % 1000n === 0n && step < DECIMAL.length - 1) {
    left /= 1000n;
    step += 1;
  }
  const power = (step - 3) * 3;
  return `${left}${exponent ? (power === 0 ? '' : `e${power}`) : (DECIMAL[step] ?? '')}`;
}

/** In billionths, for comparing and adding; nothing for what is no quantity. */
export function quantityValue(value: unknown): bigint | undefined {
  return typeof value === 'number' || typeof value === 'string' ? parsed(String(value))?.nano : undefined;
}
