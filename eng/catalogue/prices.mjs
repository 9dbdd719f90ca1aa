// One model's prices: from the source's keys to the hub's unit kinds.
import { toNano, toSafeNumber } from './decimal.mjs';

const KINDS = {
  input_mtok: ['input', 1_000_000],
  cache_read_mtok: ['cached_input', 1_000_000],
  cache_write_mtok: ['cache_write_5m', 1_000_000],
  cache_write_1h_mtok: ['cache_write_1h', 1_000_000],
  output_mtok: ['output', 1_000_000],
  output_reasoning_mtok: ['reasoning', 1_000_000],
  input_audio_mtok: ['audio_input', 1_000_000],
  output_audio_mtok: ['audio_output', 1_000_000],
  input_image_mtok: ['image_input', 1_000_000],
  output_image_mtok: ['image_output', 1_000_000],
  input_audio_hours: ['second', 3_600],
  requests_kcount: ['request', 1_000],
  web_searches_kcount: ['search', 1_000],
};

/** The order of the kinds in the file, which is the order of the enum UnitKind. */
export const KIND_ORDER = [
  'input', 'cached_input', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning', 'audio_input', 'audio_output',
  'image_input', 'image_output', 'image', 'second', 'character', 'request', 'search',
];

/** The parent's price repeated for a part of it (hours of audio are given twice): no information. */
const REPEATED = { audio_hours: 'input_audio_hours' };

const kindOf = key => key.split(':')[0];

/** A unit kind, or images or seconds in one form: `image:hd`, `image:hd:1024x1792` (quality before size). */
export const isRateKey = key =>
  KIND_ORDER.includes(key) || /^(image|second)(:(?!auto\b)[a-z0-9._-]{1,32}){1,2}$/.test(key);

/** By kind; a kind's forms follow it by name. */
export const ordered = rates =>
  Object.fromEntries(KIND_ORDER.flatMap(kind =>
    Object.keys(rates).filter(key => kindOf(key) === kind).sort().map(key => [key, rates[key]])));

const nano = (price, per, where, report) => {
  const { nano: value, exact } = toNano(price, per);
  if (!exact) {
    report.rounded.push(`${where}: ${price} USD per ${per} → ${value} nano per 1,000,000`);
  }
  return toSafeNumber(value);
};

/** A rate is a number, or [base, above, rate, above, rate …] when it depends on the size of the prompt. */
const rateOf = (price, per, where, report) => {
  if (typeof price === 'number') {
    return nano(price, per, where, report);
  }
  const tiers = [...price.tiers].sort((a, b) => a.start - b.start);
  return [nano(price.base, per, where, report), ...tiers.flatMap(t => [t.start, nano(t.price, per, where, report)])];
};

export const convert = (prices, where, report) => {
  const rates = {};
  const unsupported = [];
  for (const [key, price] of Object.entries(prices)) {
    if (key in REPEATED && prices[REPEATED[key]] === price) {
      continue;
    }
    if (key in KINDS) {
      const [kind, per] = KINDS[key];
      rates[kind] = rateOf(price, per, where, report);
    } else {
      unsupported.push(key);
    }
  }
  return { rates: ordered(rates), unsupported };
};

/** The largest price of each kind. */
const dearest = candidates => {
  const keys = new Set(candidates.flatMap(c => Object.keys(c)));
  return Object.fromEntries([...keys].map(key => {
    const values = candidates.filter(c => key in c).map(c => c[key]);
    if (values.some(v => typeof v !== 'number')) {
      throw new Error(`tiers inside a time-of-day price: ${key}`);
    }
    return [key, Math.max(...values)];
  }));
};

/**
 * The price in force on a date (YYYY-MM-DD, UTC). A price that starts later is noted. A price by time of day can't be
 * expressed by one rate: it is left out, unless an override says to charge the dearest window at all hours.
 */
export const inForce = (prices, date, timeOfDay) => {
  if (!Array.isArray(prices)) {
    return { prices, notes: [] };
  }
  const notes = [];
  let current = prices[0].prices;
  const windows = [];
  for (const { constraint, prices: conditional } of prices) {
    if (!constraint) {
      current = conditional;
    } else if (constraint.type === 'start_date') {
      if (constraint.start_date <= date) {
        current = conditional;
      } else {
        notes.push(`other prices from ${constraint.start_date}`);
      }
    } else if (constraint.type === 'time_of_date') {
      windows.push(conditional);
    } else {
      throw new Error(`unknown constraint ${JSON.stringify(constraint)}`);
    }
  }
  if (windows.length === 0) {
    return { prices: current, notes };
  }
  if (timeOfDay === 'dearest') {
    return { prices: dearest([current, ...windows]), notes: [...notes, 'price varies by the time of day: the dearest is taken'] };
  }
  return { prices: {}, notes: [...notes, 'price varies by the time of day: none is taken'] };
};
