// Which models of aggregators a bare name (without a provider) stands for: `gpt-4o` is `openai/gpt-4o` on OpenRouter.
// Only what the catalogue itself makes certain: equal names, of the same maker, one candidate per provider.

/** How a maker is written by different aggregators. Makers that are hub providers have the provider's id. */
const MAKERS = {
  'x-ai': 'xai', mistralai: 'mistral', 'meta-llama': 'meta', 'deepseek-ai': 'deepseek', 'zai-org': 'z-ai', zai: 'z-ai',
  moonshot: 'moonshotai', minimaxai: 'minimax',
};

/** The hub's providers that make their models themselves. */
const MAKING = new Set(['openai', 'anthropic', 'google', 'deepseek', 'xai', 'mistral', 'cohere', 'perplexity']);

const PREFIXES = { fireworks: /^accounts\/fireworks\/models\// };

/** { maker, name } of an id that carries its maker; null for plain ids, variants (`:free`) and moving aliases (`~`). */
const split = (provider, id) => {
  const lower = id.toLowerCase();
  if (provider === 'bedrock') {
    const match = /^(anthropic)\.(.+?)(?:-v\d+(?::\d+)?)?$/.exec(lower);
    return match && { maker: match[1], name: match[2] };
  }
  if (/[:~]/.test(lower)) {
    return null;
  }
  if (provider in PREFIXES) {
    return PREFIXES[provider].test(lower) ? { maker: null, name: lower.replace(PREFIXES[provider], '') } : null;
  }
  const match = /^([^/]+)\/([^/]+)$/.exec(lower);
  return match && { maker: MAKERS[match[1]] ?? match[1], name: match[2] };
};

const normal = name => name.replaceAll('.', '-');

const exactNames = models => models.filter(m => !m.family).flatMap(m => [m.id, ...m.names]).map(n => n.toLowerCase());

/** Adds `bare` to the models of aggregators. */
export const addBareNames = (catalogue, report) => {
  const vendors = new Map(Object.entries(catalogue).map(([id, models]) => [id, exactNames(models)]));
  const claims = new Map();
  const claim = (name, provider, maker, model) => {
    const list = claims.get(name) ?? [];
    list.push({ provider, maker, model });
    claims.set(name, list);
  };
  for (const [provider, models] of Object.entries(catalogue)) {
    for (const model of models) {
      if (model.family) {
        continue;
      }
      const parts = split(provider, model.id);
      if (!parts) {
        continue;
      }
      // The maker's own spellings of the name differ from the aggregator's by dots and dashes only.
      const spellings = new Set((vendors.get(parts.maker) ?? []).filter(n => normal(n) === normal(parts.name)));
      if (provider !== 'bedrock' || spellings.size > 0) {
        spellings.add(parts.name);
      }
      spellings.forEach(name => claim(name, provider, parts.maker, model));
    }
  }
  for (const [name, list] of [...claims].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const makers = new Set(list.map(c => c.maker).filter(Boolean));
    for (const [vendor, names] of vendors) {
      if (MAKING.has(vendor) && names.includes(name)) {
        makers.add(vendor);
      }
    }
    if (makers.size > 1) {
      report.ambiguous.push(`${name}: made by ${[...makers].sort().join(' or ')}`);
      continue;
    }
    const candidates = new Map();
    list.forEach(c => candidates.set(c.provider, [...(candidates.get(c.provider) ?? []), c.model]));
    for (const [provider, models] of candidates) {
      if (models.length > 1) {
        report.ambiguous.push(`${name}: on ${provider} ${models.map(m => m.id).join(' or ')}`);
      } else if (!vendors.get(provider).includes(name)) {
        models[0].bare = [...(models[0].bare ?? []), name];
      }
    }
  }
};
