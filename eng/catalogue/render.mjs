// The two files as text: one model a line, fixed order of fields, nothing that is empty.
import { toUsd } from './decimal.mjs';

const FORMAT = 1;

const filled = value => value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);

const line = model => {
  const fields = {
    id: model.id,
    name: model.name,
    context: model.context,
    maxOutput: model.maxOutput,
    modalities: model.modalities,
    names: model.names,
    bare: model.bare,
    match: model.rules,
    family: model.family,
    deprecated: model.deprecated,
    rates: Object.keys(model.rates).length > 0 ? model.rates : undefined,
    source: model.source,
    notes: model.notes,
  };
  const kept = Object.fromEntries(Object.entries(fields).filter(([, value]) => filled(value)));
  // Known to be false says something else than not known.
  for (const key of ['reasoning', 'tools']) {
    if (model[key] !== undefined) {
      kept[key] = model[key];
    }
  }
  return JSON.stringify(kept);
};

export const render = (catalogue, date, versions) => {
  const providers = Object.entries(catalogue).map(([id, models]) =>
    models.length === 0 ? `${JSON.stringify(id)}:[]` : `${JSON.stringify(id)}:[\n${models.map(line).join(',\n')}\n]`);
  return [
    '{',
    `"format":${FORMAT},`,
    '"unit":"nano-USD per 1,000,000 units; [base, above, rate, ...] where the rate depends on the prompt tokens",',
    `"asOf":${JSON.stringify(date)},`,
    `"sources":${JSON.stringify(versions)},`,
    '"providers":{',
    providers.join(',\n'),
    '}',
    '}',
    '',
  ].join('\n');
};

const section = (title, text, lines) => [`## ${title} (${lines.length})`, text, '', ...lines.map(l => `- ${l}`), ''];

export const renderReview = (catalogue, report, date) => {
  const all = Object.entries(catalogue).flatMap(([provider, models]) => models.map(m => [`${provider}/${m.id}`, m]));
  const unpriced = all.filter(([, m]) => Object.keys(m.rates).length === 0).map(([key]) => key);
  const noted = all.filter(([, m]) => m.notes.length > 0).map(([key, m]) => `${key}: ${m.notes.join('; ')}`);
  const disagreements = report.disagreements.map(d =>
    `${d.where} ${d.kind}: genai-prices ${toUsd(d.genai)}, pi-ai ${toUsd(d.pi)}`);
  return [
    `# To look at: the price catalogue as of ${date}`,
    'Written by `generate.mjs`; prices are USD per 1,000,000 units. Settle an entry by `eng/catalogue-overrides.json`.',
    '',
    ...section('Sources disagree by more than 1 %', 'The price of genai-prices is used.', disagreements),
    ...section('Noted', 'What the price does not say.', noted),
    ...section('Without a price', 'The sources have none, or none that a rate can express.', unpriced),
    ...section('Rounded', 'Not whole in nano-USD per 1,000,000 units; rounded half up.', report.rounded),
    ...section('Bare names left out', 'A bare name must be certain.', report.ambiguous),
    ...section('Shadowed names', 'An earlier entry of the source has the name.', report.shadowed),
  ].join('\n');
};
