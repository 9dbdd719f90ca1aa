// The official clients of OpenAI and Cohere against a hub: transcriptions, translations, speech and reranking. Prints one JSON
// document of what they saw. Environment: HUB_URL, HUB_KEY, CUSTOM (the id of a custom
// provider).
import OpenAI, { AzureOpenAI, toFile } from "openai";
import { CohereClient, CohereClientV2 } from "cohere-ai";

const { HUB_URL, HUB_KEY } = process.env;
const client = new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: HUB_KEY, maxRetries: 0 });
const azure = new AzureOpenAI({ endpoint: HUB_URL, apiKey: HUB_KEY, apiVersion: "2025-04-01-preview", maxRetries: 0 });
const ids = {};

/** Two and a half seconds of silence: mono, 16 bits, 8 kHz. */
function wav() {
  const data = Buffer.alloc(40_000);
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8000, 24);
  head.writeUInt32LE(16_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write("data", 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

const file = () => toFile(wav(), "día \"1\".wav", { type: "audio/wav" });
const named = async (name, promise) => {
  const { data, response } = await promise.withResponse();
  ids[name] = response.headers.get("x-request-id");
  return { data, type: response.headers.get("content-type") };
};

const verbose = await named("verbose", client.audio.transcriptions.create({
  file: await file(), model: "openai/whisper-1", response_format: "verbose_json", timestamp_granularities: ["word", "segment"],
}));
const modelFirst = await named("tokens", client.audio.transcriptions.create({
  model: "openai/gpt-4o-transcribe", prompt: "Jupiter", language: "en", file: await file(),
}));
const text = await named("text", client.audio.transcriptions.create({
  file: await file(), model: "groq/whisper-large-v3-turbo", response_format: "text",
}));
const vtt = await named("vtt", client.audio.transcriptions.create({
  file: await file(), model: "openai/whisper-1", response_format: "vtt",
}));
const events = [];
const stream = await named("stream", client.audio.transcriptions.create({
  file: await file(), model: "openai/gpt-4o-transcribe", stream: true,
}));
for await (const event of stream.data) {
  events.push(event);
}
const ignored = await named("ignored", client.audio.translations.create({ file: await file(), model: "openai/whisper-1" }));
const deployment = await named("azure", azure.audio.transcriptions.create({ file: await file(), model: "azure-openai/my-whisper" }));

const speech = await named("speech", client.audio.speech.create({ model: "openai/tts-1", voice: "alloy", input: "Grüße, 🌍!" }));
const spoken = Buffer.from(await speech.data.arrayBuffer());
const speechEvents = [];
const sse = await named("speechEvents", client.audio.speech.create({
  model: "openai/gpt-4o-mini-tts", voice: "alloy", input: "Hello", instructions: "Whisper", stream_format: "sse",
}));
for (const block of (await sse.data.text()).split("\n\n")) {
  if (block) {
    speechEvents.push(JSON.parse(block.replace(/^data: /, "")));
  }
}

/** Speech at other vendors: the content type and the bytes. */
const speak = async (name, call) => {
  const { data, type } = await named(name, call);
  return { type, bytes: Buffer.from(await data.arrayBuffer()).toString("base64") };
};
const azureSpeech = await speak("azureSpeech", azure.audio.speech.create({ model: "azure-openai/my-tts", voice: "alloy", input: "Hallo Welt" }));
const groqSpeech = await speak("groqSpeech", client.audio.speech.create({
  model: "groq/canopylabs/orpheus-v1-english", voice: "hannah", input: "Good evening", response_format: "wav",
}));
const azureTranslated = await named("azureTranslation", azure.audio.translations.create({
  file: await file(), model: "azure-openai/my-translator", response_format: "verbose_json",
}));
const groqTranslated = await named("groqTranslation", client.audio.translations.create({ file: await file(), model: "groq/whisper-large-v3" }));

const errors = {};
for (const [name, run] of Object.entries({
  noFile: () => client.post("/audio/transcriptions", { body: (() => { const f = new FormData(); f.append("model", "openai/whisper-1"); return f; })() }),
  json: () => client.post("/audio/transcriptions", { body: { model: "openai/whisper-1" } }),
  rejected: async () => client.audio.transcriptions.create({ file: await file(), model: "openai/gpt-4o-transcribe", language: "xx" }),
  speechRejected: () => client.audio.speech.create({ model: "openai/tts-1", voice: "nobody", input: "Hi" }),
  notServed: async () => client.audio.transcriptions.create({ file: await file(), model: "cohere/command-a" }),
})) {
  try {
    await run();
    errors[name] = null;
  } catch (e) {
    errors[name] = { status: e.status, code: e.code, param: e.param, message: e.message };
  }
}

const rerank = { query: "talk about rain", documents: ["sunny day at the beach", "rainy day in the city"] };
const v2 = new CohereClientV2({ environment: HUB_URL, token: HUB_KEY, maxRetries: 0 });
const v1 = new CohereClient({ environment: HUB_URL, token: HUB_KEY, maxRetries: 0 });
const raw = async (name, promise) => {
  const { data, rawResponse } = await promise.withRawResponse();
  ids[name] = rawResponse.headers.get("x-request-id");
  return data;
};
const ranked = await raw("ranked", v2.rerank({ model: "cohere/rerank-v3.5", ...rerank, topN: 2 }));
const rankedV1 = await raw("rankedV1", v1.rerank({ model: "cohere/rerank-v3.5", ...rerank, returnDocuments: true }));
const bedrock = await raw("bedrock", v2.rerank({ model: "bedrock/cohere.rerank-v3-5:0", ...rerank }));
const many = Array.from({ length: 201 }, (_, i) => `Document ${i}`);
await raw("bedrockMany", v2.rerank({ model: "bedrock/cohere.rerank-v3-5:0", query: rerank.query, documents: many }));
const custom = await raw("custom", v2.rerank({ model: `${process.env.CUSTOM}/by-token`, ...rerank }));
await raw("customV1", v1.rerank({ model: `${process.env.CUSTOM}/by-token`, ...rerank }));
await raw("customBySearch", v2.rerank({ model: `${process.env.CUSTOM}/by-search`, ...rerank }));
try {
  await v2.rerank({ model: "cohere/rerank-v3.5", query: "x", documents: [] }, { maxRetries: 0 });
} catch (e) {
  errors.emptyDocuments = { status: e.statusCode, body: e.body };
}

console.log(JSON.stringify({
  ids, errors, verbose, modelFirst, text, vtt, events, streamType: stream.type, translated: ignored.data, deployment: deployment.data,
  speech: { type: speech.type, bytes: spoken.toString("base64") }, speechEvents, speechEventsType: sse.type,
  azureSpeech, groqSpeech, azureTranslated: azureTranslated.data, groqTranslated: groqTranslated.data,
  ranked, rankedV1, bedrock, custom,
}));
