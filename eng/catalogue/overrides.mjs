// The hand-kept file: each entry names what it changes, why, by which source and when it was read.
import { readFileSync } from 'node:fs';
import { toNano, toSafeNumber } from './decimal.mjs';
import { isRateKey, ordered } from './prices.mjs';

const ALLOWED = new Set(['provider', 'id', 'reason', 'source', 'date', 'timeOfDay', 'note', 'set', 'rates', 'add']);
const FIELDS = new Set(['name', 'context', 'maxOutput', 'modalities', 'reasoning', 'tools']);

export const readOverrides = path => {
  const { overrides } = JSON.parse(readFileSync(path, 'utf8'));
  const byModel = new Map();
  for (const entry of overrides) {
    const where = `override ${entry.provider}/${entry.id}`;
    for (const key of Object.keys(entry)) {
      if (!ALLOWED.has(key)) {
        throw new Error(`${where}: unknown field ${key}`);
      }
    }
    for (const key of Object.keys(entry.set ?? {})) {
      if (!FIELDS.has(key)) {
        throw new Error(`${where}: can't set ${key}`);
      }
    }
    if (!/^https:\/\//.test(entry.source ?? '') || !/^\d{4}-\d{2}-\d{2}$/.test(entry.date ?? '') || !entry.reason) {
      throw new Error(`${where}: needs reason, source (https) and date (YYYY-MM-DD)`);
    }
    const key = `${entry.provider}/${entry.id}`;
    if (byModel.has(key)) {
      throw new Error(`${where}: twice`);
    }
    byModel.set(key, entry);
  }
  return byModel;
};

/** { kind: { usd: "0.15", per: 1000000 } | null } → nano-USD per 1,000,000 units; null takes a wrong price away. */
const applyRates = (model, rates) => {
  for (const [kind, price] of Object.entries(rates)) {
    if (!isRateKey(kind)) {
      throw new Error(`override ${model.id}: unknown unit kind ${kind}`);
    }
    if (price === null) {
      delete model.rates[kind];
      continue;
    }
    const { nano, exact } = toNano(price.usd, price.per);
    if (!exact) {
      throw new Error(`override ${model.id}: ${price.usd} per ${price.per} is not whole in nano`);
    }
    model.rates[kind] = toSafeNumber(nano);
  }
  model.rates = ordered(model.rates);
};

/** The models that only the hand-kept file has. */
export const additions = (provider, overrides) =>
  [...overrides.values()].filter(o => o.provider === provider && o.add)
    .map(o => ({ id: o.id, names: [], rules: [], rates: {}, notes: [] }));

/** Applies what is left after the prices were chosen. */
export const applyOverride = (model, override) => {
  if (!override) {
    return;
  }
  Object.assign(model, override.set ?? {});
  applyRates(model, override.rates ?? {});
  model.source = model.source ? `${model.source}+override` : 'override';
  if (override.note) {
    model.notes = [override.note];
  }
};
