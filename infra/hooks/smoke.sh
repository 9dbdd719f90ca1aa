#!/bin/sh
# One streamed call, whole, whose usage reaches the ledger. AIGNEHUB_SMOKE_MODEL: the model (sim/chat, which costs nothing);
# "none" skips it. Called by postdeploy.sh (AIGNEHUB_URL; AIGNEHUB_KEY_HEADER, a file for curl).
set -eu

: "${AIGNEHUB_URL:?}" "${AIGNEHUB_KEY_HEADER:?}"
model="${AIGNEHUB_SMOKE_MODEL:-sim/chat}"
if [ "$model" = 'none' ]; then
  echo "Smoke test skipped (AIGNEHUB_SMOKE_MODEL=none)."
  exit 0
fi
if [ "$model" = 'sim/chat' ] && [ "${AIGNEHUB_SIMULATED_PROVIDER:-true}" = 'false' ]; then
  echo "smoke: without the simulated provider set AIGNEHUB_SMOKE_MODEL to a model of yours, or to none." >&2
  exit 1
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT INT TERM

status="$(curl --silent --no-buffer --max-time 120 --header "@$AIGNEHUB_KEY_HEADER" --header 'Content-Type: application/json' \
  --dump-header "$work/headers" --output "$work/answer" --write-out '%{http_code}' "$AIGNEHUB_URL/v1/chat/completions" \
  --data "{\"model\":\"$model\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Say hello.\"}]}")" || {
  echo "smoke: the stream of $model broke." >&2
  exit 1
}
if [ "$status" != '200' ] || ! grep -q '^data: \[DONE\]' "$work/answer"; then
  echo "smoke: $model did not stream a whole answer ($status):" >&2
  cat "$work/answer" >&2
  exit 1
fi
id="$(tr -d '\r' <"$work/headers" | sed -n 's/^[Xx]-[Rr]equest-[Ii][Dd]: //p')"
[ -n "$id" ] || {
  echo "smoke: the answer has no x-request-id." >&2
  exit 1
}
echo "Streamed an answer of $model ($(grep -c '^data: ' "$work/answer") events, call $id)."

tries=0
until curl --silent --max-time 30 --header "@$AIGNEHUB_KEY_HEADER" "$AIGNEHUB_URL/api/me/ledger?limit=50" | grep -q "$id"; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ]; then
    echo "smoke: the call $id is not in the ledger: does the settler run? See docs/operate.md, settlement lag." >&2
    exit 1
  fi
  sleep "${AIGNEHUB_HOOK_PAUSE:-3}"
done
echo "Its usage is in the ledger."
