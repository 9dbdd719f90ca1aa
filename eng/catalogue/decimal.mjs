// Prices are decimal text in the sources and integers in the catalogue. No arithmetic here is done on JavaScript numbers.

const NANO_DIGITS = 9;

/**
 * The exact text of a number as the source wrote it: JavaScript prints the shortest text that reads back as the same
 * number, which is the written one for anything of up to 15 significant digits.
 */
const textOf = value => {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new Error(`not a price: ${value}`);
  }
  return String(value);
};

/** A decimal text as the fraction units / 10^scale. */
const parse = text => {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(text);
  if (!match) {
    throw new Error(`not a decimal: ${text}`);
  }
  const [, whole, fraction = '', exponent = '0'] = match;
  const scale = fraction.length - Number(exponent);
  const units = BigInt(whole + fraction);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
};

/**
 * USD per `per` units → nano-USD per 1,000,000 units, as { nano: bigint, exact: boolean }; half up when it is not whole.
 * `per` is a whole number of units: 1,000,000 for prices per million tokens, 1,000 per thousand requests, 3,600 per hour.
 */
export const toNano = (price, per) => {
  const { units, scale } = parse(typeof price === 'string' ? price : textOf(price));
  const numerator = units * 10n ** BigInt(NANO_DIGITS) * 1_000_000n;
  const denominator = 10n ** BigInt(scale) * BigInt(per);
  const nano = (2n * numerator + denominator) / (2n * denominator);
  return { nano, exact: nano * denominator === numerator };
};

/** A whole number that JSON readers of any language keep exactly. */
export const toSafeNumber = value => {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Error(`too large for JSON: ${value}`);
  }
  return Number(value);
};

/** Nano-USD per 1,000,000 units as USD text, for people. */
export const toUsd = nano => {
  const digits = String(nano).padStart(NANO_DIGITS + 1, '0');
  const fraction = digits.slice(-NANO_DIGITS).replace(/0+$/, '');
  return digits.slice(0, -NANO_DIGITS) + (fraction && `.${fraction}`);
};
