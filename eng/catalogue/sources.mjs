// The two data packages, and which of their providers each of the hub's is made of.
import { readFileSync } from 'node:fs';
import { waitForUpdate } from '@pydantic/genai-prices';
import { MODELS } from './node_modules/@mariozechner/pi-ai/dist/models.generated.js';

const versionOf = name =>
  JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;

export const versions = {
  '@pydantic/genai-prices': versionOf('@pydantic/genai-prices'),
  '@mariozechner/pi-ai': versionOf('@mariozechner/pi-ai'),
};

const isClaude = model => model.id.startsWith('claude');
const isVertexOnly = model => model.id.endsWith('-maas');

/**
 * Hub provider → genai-prices providers (later ones are the fallback that the source itself names), pi-ai provider, and
 * which of the models count. `google` is the Gemini API, `vertex` the same models and partners' on Google Cloud: the
 * source has both in one list. Providers without data are listed so that the file says so.
 */
export const PROVIDERS = {
  openai: { genai: ['openai'], pi: 'openai' },
  'azure-openai': { genai: ['azure', 'openai'], pi: 'azure-openai-responses' },
  anthropic: { genai: ['anthropic'], pi: 'anthropic' },
  google: { genai: ['google'], pi: 'google', keep: m => !isClaude(m) && !isVertexOnly(m) },
  vertex: { genai: ['google', 'anthropic'], pi: 'google-vertex' },
  bedrock: { genai: ['aws'], pi: 'amazon-bedrock' },
  deepseek: { genai: ['deepseek'], pi: 'deepseek' },
  xai: { genai: ['x-ai'], pi: 'xai' },
  openrouter: { genai: ['openrouter'], pi: 'openrouter' },
  mistral: { genai: ['mistral'], pi: 'mistral' },
  groq: { genai: ['groq'], pi: 'groq' },
  cerebras: { genai: ['cerebras'], pi: 'cerebras' },
  together: { genai: ['together'] },
  fireworks: { genai: ['fireworks'], pi: 'fireworks' },
  perplexity: { genai: ['perplexity'] },
  cohere: { genai: ['cohere'] },
  doubao: { genai: [] },
  ideogram: { genai: [] },
  poe: { genai: [] },
  ollama: { genai: [] },
};

export const genai = new Map((await waitForUpdate()).map(provider => [provider.id, provider]));

export const piModels = provider => (provider ? Object.values(MODELS[provider]) : []);
