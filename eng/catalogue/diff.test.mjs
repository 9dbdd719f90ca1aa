import assert from 'node:assert/strict';
import test from 'node:test';
import { compare } from './diff.mjs';

const file = models => ({ providers: { p: models } });

test('added, removed and changed models', () => {
  const before = file([{ id: 'gone' }, { id: 'm', rates: { input: 75_000_000 } }, { id: 'n', context: 1 }]);
  const after = file([{ id: 'm', rates: { input: [75_000_000, 200_000, 150_000_000] } }, { id: 'n', context: 2 }, { id: 'new' }]);
  assert.deepEqual(compare(before, after), {
    added: ['p/new'],
    removed: ['p/gone'],
    prices: ['p/m input: 0.075 → 0.075 (above 200000: 0.15) USD per million'],
    suspicious: [],
    other: ['p/n'],
  });
});

test('a price per thousand entered as one per million is suspicious, in both directions', () => {
  const priced = (input, above) => file([{ id: 'm', rates: { input: above ? [input, 1_000, above] : input } }]);
  assert.equal(compare(priced(3_000_000), priced(3_000_000_000)).suspicious.length, 1);
  assert.equal(compare(priced(3_000_000_000), priced(3_000_000)).suspicious.length, 1);
  assert.equal(compare(priced(3_000_000), priced(30_000_000)).suspicious.length, 0);
  assert.equal(compare(priced(3, 4), priced(3, 41)).suspicious.length, 1);
  assert.equal(compare(priced(0), priced(1)).suspicious.length, 1);
});
