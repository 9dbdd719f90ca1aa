import assert from 'node:assert/strict';
import test from 'node:test';
import { calcPrice } from '@pydantic/genai-prices';
import { compile, find, rulesMatch } from './match.mjs';
import { PROVIDERS, genai } from './sources.mjs';

test('a regular expression that is not understood stops the generator', () => {
  assert.throws(() => compile({ regex: '^gpt-(4|5)$' }));
  assert.throws(() => compile({ near: 'gpt' }));
});

test('and, or and the digits of a regular expression', () => {
  const { names, rules } = compile({
    or: [
      { equals: 'a' },
      { regex: '^a-\\d{2}$' },
      { and: [{ starts_with: 'b' }, { or: [{ contains: 'x' }, { ends_with: 'y' }] }] },
    ],
  });
  assert.deepEqual(names, ['a']);
  assert.deepEqual(rules, ['#a-##', ['^b', '*x'], ['^b', '$y']]);
  for (const [name, expected] of [['a-12', true], ['a-123', false], ['b-x-', true], ['B-Y', true], ['b', false]]) {
    assert.equal(rulesMatch(rules, name), expected, name);
  }
});

test('the source and the catalogue find the same model for every name and its likely variants', () => {
  let compared = 0;
  for (const id of new Set(Object.values(PROVIDERS).flatMap(p => p.genai))) {
    const provider = genai.get(id);
    // The source's own fallbacks and its rewriting of dates are no part of the match rules.
    const alone = { ...provider, fallback_model_providers: undefined };
    const entries = provider.models.map(m => ({ id: m.id, ...compile(m.match) }));
    for (const base of entries.flatMap(e => [e.id, ...e.names])) {
      for (const name of ['', '-latest', '-2026-01-31', '-20260131', '-tts', ':free', '-x'].map(suffix => base + suffix)) {
        const theirs = calcPrice({ input_tokens: 1 }, name, { provider: alone })?.model.id;
        const ours = find(entries, name.trim())?.id ?? find(entries, name.replace(/-(20\d\d)(\d\d)(\d\d)$/, '-$1-$2-$3'))?.id;
        assert.equal(ours, theirs, `${provider.id}/${name}`);
        compared++;
      }
    }
  }
  assert.ok(compared > 10_000);
});
