// What changed against the committed file, for the person who regenerates it.
import { toUsd } from './decimal.mjs';

const SUSPICIOUS = 10n;

const index = file => new Map(Object.entries(file?.providers ?? {}).flatMap(([provider, models]) =>
  models.map(model => [`${provider}/${model.id}`, model])));

const show = rate => {
  if (rate === undefined) {
    return 'none';
  }
  const [base, ...tiers] = Array.isArray(rate) ? rate : [rate];
  let text = toUsd(base);
  for (let i = 0; i < tiers.length; i += 2) {
    text += ` (above ${tiers[i]}: ${toUsd(tiers[i + 1])})`;
  }
  return text;
};

/** The base rate, and the dearest tier. */
const ends = rate => {
  const rates = (Array.isArray(rate) ? rate : [rate]).filter((_, i) => i % 2 === 0).map(BigInt);
  return [rates[0], rates.reduce((a, b) => (a > b ? a : b))];
};

/** A price that moved by more than ten times is far more often a slip of a unit than a new price. */
const isSuspicious = (before, after) => {
  if (before === undefined || after === undefined) {
    return false;
  }
  const now = ends(after);
  return ends(before).some((old, i) => old > now[i] * SUSPICIOUS || now[i] > old * SUSPICIOUS);
};

export const compare = (before, after) => {
  const [old, now] = [index(before), index(after)];
  const result = {
    added: [...now.keys()].filter(key => !old.has(key)),
    removed: [...old.keys()].filter(key => !now.has(key)),
    prices: [],
    suspicious: [],
    other: [],
  };
  for (const [key, model] of now) {
    const previous = old.get(key);
    if (!previous) {
      continue;
    }
    const kinds = new Set([...Object.keys(previous.rates ?? {}), ...Object.keys(model.rates ?? {})]);
    for (const kind of kinds) {
      const [a, b] = [previous.rates?.[kind], model.rates?.[kind]];
      if (JSON.stringify(a) !== JSON.stringify(b)) {
        const line = `${key} ${kind}: ${show(a)} → ${show(b)} USD per million`;
        result.prices.push(line);
        if (isSuspicious(a, b)) {
          result.suspicious.push(line);
        }
      }
    }
    const rest = ({ rates, ...others }) => JSON.stringify(others);
    if (rest(previous) !== rest(model)) {
      result.other.push(key);
    }
  }
  return result;
};
