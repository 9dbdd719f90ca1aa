// The models of one hub provider: prices and match rules of genai-prices, capabilities of pi-ai, own entries for the
// snapshots that pi-ai names and genai-prices only matches.
import { additions, applyOverride } from './overrides.mjs';
import { compile, find } from './match.mjs';
import { convert, inForce, ordered } from './prices.mjs';
import { toNano, toSafeNumber } from './decimal.mjs';

const PI_COSTS = [
  ['input', 'input'],
  ['cached_input', 'cacheRead'],
  ['cache_write_5m', 'cacheWrite'],
  ['output', 'output'],
];

/** pi-ai writes 0 where it knows no price: only what is above 0 counts. */
const piRates = (cost, where, report) => {
  const rates = {};
  for (const [kind, key] of PI_COSTS) {
    if (cost[key] > 0) {
      const { nano, exact } = toNano(cost[key], 1_000_000);
      rates[kind] = toSafeNumber(nano);
      if (!exact) {
        report.rounded.push(`${where}: pi-ai ${key} ${cost[key]} → ${nano}`);
      }
    }
  }
  return ordered(rates);
};

/** OpenRouter marks its free variants so; an empty price anywhere else is not known to be a price of nothing. */
const orFree = (rates, where) =>
  (/^openrouter\/.*:free$/.test(where) && Object.keys(rates).length === 0 ? { input: 0, output: 0 } : rates);

const baseOf = rate => (Array.isArray(rate) ? rate[0] : rate);

/** Notes where the two sources differ by more than 1 %. */
const crossCheck = (where, rates, cost, report) => {
  for (const [kind, key] of PI_COSTS) {
    if (!(cost[key] > 0) || rates[kind] === undefined) {
      continue;
    }
    const ours = BigInt(baseOf(rates[kind]));
    const theirs = toNano(cost[key], 1_000_000).nano;
    const difference = ours > theirs ? ours - theirs : theirs - ours;
    if (difference * 100n > theirs) {
      report.disagreements.push({ where, kind, genai: ours, pi: theirs });
    }
  }
};

const capabilities = pi => ({
  maxOutput: pi.maxTokens > 0 ? pi.maxTokens : undefined,
  modalities: pi.input,
  reasoning: pi.reasoning,
  tools: true, // pi-ai lists only models that can call tools (its README, first note).
});

/** The capabilities that all of several snapshots share; what differs is left out. */
const shared = list => {
  const [first, ...rest] = list;
  return Object.fromEntries(Object.entries(first).filter(([key, value]) =>
    rest.every(other => JSON.stringify(other[key]) === JSON.stringify(value))));
};

const fromGenai = (source, provider, date, overrides, report) => {
  const where = `${provider}/${source.id}`;
  const override = overrides.get(where);
  const { prices, notes } = inForce(source.prices, date, override?.timeOfDay);
  const { rates, unsupported } = convert(prices, where, report);
  if (unsupported.length > 0) {
    notes.push(`not counted: ${unsupported.join(', ')}`);
  }
  return {
    id: source.id,
    name: source.name,
    context: source.context_window,
    ...compile(source.match),
    deprecated: source.deprecated,
    rates: orFree(rates, where),
    source: 'genai-prices',
    notes,
  };
};

/** Takes away the names that lead to an earlier entry, and the entries whose id is another's name; the rest is returned. */
const withoutShadowed = (models, where, report) => {
  for (const model of models) {
    model.names = model.names.filter(name => {
      const owner = find(models, name);
      if (owner !== model) {
        report.shadowed.push(`${where}/${name}: of ${model.id}, found as ${owner.id}`);
      }
      return owner === model;
    });
  }
  const taken = new Map(models.flatMap(m => m.names.map(name => [name.toLowerCase(), m])));
  return models.filter(m => (taken.get(m.id.toLowerCase()) ?? m) === m);
};

const addSnapshots = (models, piList, where, report) => {
  const matched = new Map();
  const own = [];
  for (const pi of piList) {
    const entry = models.find(m => m.id.toLowerCase() === pi.id.toLowerCase()) ?? find(models, pi.id);
    if (!entry) {
      own.push({
        id: pi.id, name: pi.name, context: pi.contextWindow, names: [], rules: [], ...capabilities(pi),
        rates: orFree(piRates(pi.cost, `${where}/${pi.id}`, report), `${where}/${pi.id}`), source: 'pi-ai', notes: [],
      });
      continue;
    }
    crossCheck(`${where}/${pi.id}`, entry.rates, pi.cost, report);
    matched.set(entry, [...(matched.get(entry) ?? []), pi]);
    if (entry.id.toLowerCase() !== pi.id.toLowerCase()) {
      entry.names = entry.names.filter(name => name.toLowerCase() !== pi.id.toLowerCase());
      own.push({
        id: pi.id, name: pi.name, context: pi.contextWindow, names: [], rules: [], ...capabilities(pi),
        deprecated: entry.deprecated, rates: { ...entry.rates }, source: `genai-prices:${entry.id}+pi-ai`, notes: entry.notes,
      });
    }
  }
  for (const [entry, list] of matched) {
    const exact = list.find(pi => pi.id.toLowerCase() === entry.id.toLowerCase());
    Object.assign(entry, exact ? capabilities(exact) : shared(list.map(capabilities)));
    entry.context ??= exact?.contextWindow;
    entry.certain = exact !== undefined;
    entry.source += '+pi-ai';
  }
  return own;
};

/**
 * Whether the source's id is a name that the vendor takes: one of its own rules gives exactly it, or its `-latest` form
 * begins as a rule does. Anything else is the source's title: the first exact name takes its place, and an entry that has
 * only rules (`regional.anthropic.…`) is a family, which is matched but not listed.
 */
const isSpelledOut = model => {
  const id = model.id.toLowerCase();
  const terms = model.rules.flat().filter(term => !term.startsWith('!')).map(term => term.slice(1).toLowerCase());
  return model.names.some(name => name.toLowerCase() === id) || terms.includes(id)
    || (id.endsWith('-latest') && find([model], id) !== undefined);
};

export const modelsOf = (provider, spec, data, date, overrides, report) => {
  const sources = spec.genai.flatMap(id => data.genai.get(id).models).filter(spec.keep ?? (() => true));
  const unique = sources.filter((m, i) => sources.findIndex(o => o.id.toLowerCase() === m.id.toLowerCase()) === i);
  const models = withoutShadowed(unique.map(m => fromGenai(m, provider, date, overrides, report)), provider, report);
  const own = addSnapshots(models, data.piModels(spec.pi), provider, report);

  for (const model of models) {
    if (!model.certain && !isSpelledOut(model)) {
      model.family = model.names.length === 0;
      model.id = model.names[0] ?? model.id;
    }
    model.names = model.names.filter(name => name.toLowerCase() !== model.id.toLowerCase());
  }
  const all = [...models, ...own, ...additions(provider, overrides)];
  all.forEach(m => applyOverride(m, overrides.get(`${provider}/${m.id}`)));
  return all;
};
