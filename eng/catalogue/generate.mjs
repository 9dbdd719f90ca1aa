#!/usr/bin/env node
// Generates src/AigneHub.Providers/Catalogue/catalogue.json and review.md.
//   node generate.mjs                      regenerate as of the date recorded in the committed file
//   node generate.mjs --date 2026-11-23    … as of another date (prices that start later are not taken)
//   node generate.mjs --check              write nothing; exit code 1 when the committed files differ
//   node generate.mjs --accept-suspicious  write although a price moved by more than ten times
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { addBareNames } from './bare.mjs';
import { compare } from './diff.mjs';
import { modelsOf } from './models.mjs';
import { readOverrides } from './overrides.mjs';
import { render, renderReview } from './render.mjs';
import { PROVIDERS, genai, piModels, versions } from './sources.mjs';

const OUTPUT = new URL('../../src/AigneHub.Providers/Catalogue/catalogue.json', import.meta.url);
const REVIEW = new URL('./review.md', import.meta.url);
const OVERRIDES = new URL('../catalogue-overrides.json', import.meta.url);

const { values: options } = parseArgs({
  options: { date: { type: 'string' }, check: { type: 'boolean' }, 'accept-suspicious': { type: 'boolean' } },
});

const committedText = existsSync(OUTPUT) ? readFileSync(OUTPUT, 'utf8') : '';
const committed = committedText ? JSON.parse(committedText) : undefined;
const date = options.date ?? committed?.asOf;
if (!/^\d{4}-\d{2}-\d{2}$/.test(date ?? '')) {
  console.error('Name the date whose prices are to be taken: --date YYYY-MM-DD');
  process.exit(2);
}

const report = { disagreements: [], rounded: [], shadowed: [], ambiguous: [] };
const overrides = readOverrides(OVERRIDES);
const catalogue = Object.fromEntries(Object.entries(PROVIDERS).map(([provider, spec]) =>
  [provider, modelsOf(provider, spec, { genai, piModels }, date, overrides, report)]));
for (const key of overrides.keys()) {
  const [provider, ...id] = key.split('/');
  if (!catalogue[provider]?.some(m => m.id === id.join('/'))) {
    console.error(`override ${key}: no such model`);
    process.exit(2);
  }
}
addBareNames(catalogue, report);
for (const [provider, models] of Object.entries(catalogue)) {
  const seen = new Set();
  const names = models.flatMap(m => [...(m.family ? [] : [m.id]), ...m.names, ...(m.bare ?? [])]);
  for (const name of names.map(n => n.toLowerCase())) {
    if (seen.has(name)) {
      throw new Error(`${provider}/${name} names two models`);
    }
    seen.add(name);
  }
}

const text = render(catalogue, date, versions);
const review = renderReview(catalogue, report, date);
const changes = compare(committed, JSON.parse(text));

const list = (title, lines, limit = 200) => {
  console.log(`${title}: ${lines.length}`);
  lines.slice(0, limit).forEach(line => console.log(`  ${line}`));
  if (lines.length > limit) {
    console.log(`  … and ${lines.length - limit} more`);
  }
};

const models = Object.values(catalogue).flat();
console.log(`${models.length} models of ${Object.keys(catalogue).length} providers as of ${date}, `
  + `${models.filter(m => Object.keys(m.rates).length === 0).length} without a price; ${Buffer.byteLength(text)} bytes`);
list('added', changes.added, 20);
list('removed', changes.removed, 20);
list('changed prices', changes.prices);
list('SUSPICIOUS, more than ten times', changes.suspicious);
list('changed otherwise', changes.other, 20);
console.log(`to review (review.md): ${report.disagreements.length} disagreements above 1 %, ${report.rounded.length} rounded, `
  + `${report.shadowed.length} shadowed, ${report.ambiguous.length} ambiguous`);

if (options.check) {
  const same = text === committedText && existsSync(REVIEW) && review === readFileSync(REVIEW, 'utf8');
  console.log(same
    ? 'The committed files are up to date.'
    : 'The committed files differ: run npm run --prefix eng/catalogue generate');
  process.exit(same ? 0 : 1);
}
if (changes.suspicious.length > 0 && !options['accept-suspicious']) {
  console.error('Nothing written: look at the suspicious prices, then repeat with --accept-suspicious.');
  process.exit(1);
}
writeFileSync(OUTPUT, text);
writeFileSync(REVIEW, review);
