#!/bin/sh
# Enters the vendors whose settings are in the environment: a provider and a credential named "azd" each, sealed by the hub.
# What is there already is left alone. Called by postdeploy.sh (AIGNEHUB_URL; AIGNEHUB_KEY_HEADER, a file for curl).
set -eu

: "${AIGNEHUB_URL:?}" "${AIGNEHUB_KEY_HEADER:?}"
umask 077
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT INT TERM

text() {
  printf %s "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g'
}

# call METHOD PATH: the body from standard input; sets status, the answer in $work/answer.
call() {
  status="$(curl --silent --show-error --max-time 60 --request "$1" --header "@$AIGNEHUB_KEY_HEADER" \
    --header 'Content-Type: application/json' --data-binary @- --output "$work/answer" --write-out '%{http_code}' \
    "$AIGNEHUB_URL$2")"
}

refused() {
  echo "vendors: $1 was not entered ($status):" >&2
  cat "$work/answer" >&2
  echo >&2
  exit 1
}

# enter PROVIDER KEY BASE_URL: a vendor with an empty key is called by the hub's own Entra identity.
enter() {
  base=''
  [ -z "$3" ] || base=",\"baseUrl\":\"$(text "$3")\""
  call POST /api/admin/providers <<TEXT
{"id":"$1","vendor":"$1"$base}
TEXT
  case "$status" in
    201) ;;
    409)
      echo "The provider $1 is there already and stays as it is."
      return 0
      ;;
    *) refused "$1" ;;
  esac
  if [ -n "$2" ]; then
    credential="\"kind\":\"apiKey\",\"secret\":\"$(text "$2")\""
  else
    credential='"kind":"entraId"'
  fi
  call POST /api/admin/credentials <<TEXT
{"provider":"$1","name":"azd",$credential}
TEXT
  [ "$status" = '201' ] || {
    # Without its credential the provider would be taken for entered by the next run.
    curl --silent --output /dev/null --max-time 60 --request DELETE --header "@$AIGNEHUB_KEY_HEADER" \
      "$AIGNEHUB_URL/api/admin/providers/$1"
    refused "the credential of $1"
  }
  echo "Entered $1."
}

# Vendors with one API key and a base URL that may be left out.
while read -r provider key base; do
  eval "secret=\${$key:-}; url=\${$base:-}"
  [ -z "${secret:-}" ] || enter "$provider" "$secret" "${url:-}"
done <<TABLE
openai OPENAI_API_KEY OPENAI_BASE_URL
anthropic ANTHROPIC_API_KEY ANTHROPIC_BASE_URL
google GEMINI_API_KEY GEMINI_BASE_URL
deepseek DEEPSEEK_API_KEY DEEPSEEK_BASE_URL
xai XAI_API_KEY XAI_BASE_URL
mistral MISTRAL_API_KEY MISTRAL_BASE_URL
cohere COHERE_API_KEY COHERE_BASE_URL
perplexity PERPLEXITY_API_KEY PERPLEXITY_BASE_URL
doubao DOUBAO_API_KEY DOUBAO_BASE_URL
ideogram IDEOGRAM_API_KEY IDEOGRAM_BASE_URL
cerebras CEREBRAS_API_KEY CEREBRAS_BASE_URL
groq GROQ_API_KEY GROQ_BASE_URL
together TOGETHER_API_KEY TOGETHER_BASE_URL
fireworks FIREWORKS_API_KEY FIREWORKS_BASE_URL
openrouter OPEN_ROUTER_API_KEY OPEN_ROUTER_BASE_URL
poe POE_API_KEY POE_BASE_URL
TABLE

# Azure OpenAI: by its endpoint; without a key by the hub's identity. Bedrock: by its endpoint and a Bedrock API key.
if [ -n "${AZURE_OPENAI_ENDPOINT:-}" ]; then
  enter azure-openai "${AZURE_OPENAI_API_KEY:-}" "$AZURE_OPENAI_ENDPOINT"
fi
if [ -n "${BEDROCK_BASE_URL:-}" ] && [ -n "${AWS_BEARER_TOKEN_BEDROCK:-}" ]; then
  enter bedrock "$AWS_BEARER_TOKEN_BEDROCK" "$BEDROCK_BASE_URL"
fi
