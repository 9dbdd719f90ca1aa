import assert from 'node:assert/strict';
import test from 'node:test';
import { toNano, toUsd } from './decimal.mjs';

for (const [price, per, nano] of [
  [0.075, 1_000_000, 75_000_000n],
  [3625e-6, 1_000_000, 3_625_000n],
  [28e-4, 1_000_000, 2_800_000n],
  [1e-7, 1_000_000, 100n],
  [0.1, 1_000_000, 100_000_000n],
  [75, 1_000_000, 75_000_000_000n],
  [10, 1_000, 10_000_000_000_000n],
  [0.18, 3_600, 50_000_000_000n],
  ['0.30', 1_000_000, 300_000_000n],
  [0, 1_000_000, 0n],
]) {
  test(`${price} USD per ${per} is exact`, () => assert.deepEqual(toNano(price, per), { nano, exact: true }));
}

test('what is not whole is rounded half up and said', () => {
  assert.deepEqual(toNano(0.08333333333333334, 1_000_000), { nano: 83_333_333n, exact: false });
  assert.deepEqual(toNano(0.7999999999999999, 1_000_000), { nano: 800_000_000n, exact: false });
  assert.deepEqual(toNano('0.0000000005', 1_000_000), { nano: 1n, exact: false });
});

test('what is no price is refused', () => {
  for (const price of [-1, NaN, Infinity, undefined, '1,5', '']) {
    assert.throws(() => toNano(price, 1_000_000));
  }
});

test('toUsd is the reverse', () => {
  assert.equal(toUsd(75_000_000), '0.075');
  assert.equal(toUsd(12_000_000_000n), '12');
});
