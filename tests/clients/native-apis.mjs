// The official clients of Anthropic, Google and OpenAI against a hub: prints one JSON document of what they saw.
// Environment: HUB_URL, HUB_KEY.
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI, { AzureOpenAI } from "openai";

const { HUB_URL, HUB_KEY } = process.env;
const seen = {};

const anthropic = new Anthropic({ baseURL: HUB_URL, apiKey: HUB_KEY, maxRetries: 0 });
const ask = { model: "anthropic/claude-sonnet-4-5", max_tokens: 100, messages: [{ role: "user", content: "Hello!" }] };
const message = await anthropic.messages.create(ask);
seen.message = { text: message.content[0].text, stop: message.stop_reason, output: message.usage.output_tokens, id: message._request_id };
const streamed = await anthropic.messages.stream(ask).finalMessage();
seen.messageStream = { text: streamed.content[0].text, stop: streamed.stop_reason, output: streamed.usage.output_tokens };
const tools = [{ name: "json", description: "Answers in JSON.", input_schema: { type: "object", properties: { elements: { type: "array" } } } }];
const called = await anthropic.messages.create({ ...ask, tools });
seen.toolUse = { name: called.content[0].name, input: called.content[0].input, stop: called.stop_reason };
const calledStream = await anthropic.messages.stream({ ...ask, tools }).finalMessage();
seen.toolUseStream = { name: calledStream.content[0].name, input: calledStream.content[0].input, stop: calledStream.stop_reason };
seen.counted = (await anthropic.messages.countTokens({ model: ask.model, messages: ask.messages })).input_tokens;
seen.anthropicModels = [];
for await (const model of anthropic.models.list()) seen.anthropicModels.push(model.id);
try {
  await anthropic.messages.create({ ...ask, model: "anthropic/overloaded" });
} catch (e) {
  seen.anthropicError = { kind: e.constructor.name, status: e.status, type: e.error?.error?.type };
}

const google = new GoogleGenAI({ apiKey: HUB_KEY, httpOptions: { baseUrl: HUB_URL } });
const content = { model: "google/gemini-2.5-flash", contents: "Hello!" };
const generated = await google.models.generateContent(content);
seen.generated = { text: generated.text, finish: generated.candidates[0].finishReason, prompt: generated.usageMetadata.promptTokenCount };
seen.generatedStream = "";
for await (const chunk of await google.models.generateContentStream(content)) seen.generatedStream += chunk.text ?? "";
const declared = { ...content, config: { tools: [{ functionDeclarations: [{ name: "weather", parametersJsonSchema: { type: "object" } }] }] } };
const withCall = await google.models.generateContent(declared);
seen.functionCall = withCall.functionCalls[0];
for await (const chunk of await google.models.generateContentStream(declared)) seen.functionCallStream ??= chunk.functionCalls?.[0];
seen.googleTokens = (await google.models.countTokens(content)).totalTokens;
try {
  await google.models.generateContent({ ...content, model: "google/no-such" });
} catch (e) {
  seen.googleError = { kind: e.constructor.name, status: e.status };
}

const openai = new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: HUB_KEY, maxRetries: 0 });
const response = await openai.responses.create({ model: "openai/gpt-5", input: "Hello!" });
seen.response = { status: response.status, output: response.usage.output_tokens };
seen.responseEvents = [];
for await (const event of await openai.responses.create({ model: "openai/gpt-5", input: "Hello!", stream: true })) {
  seen.responseEvents.push(event.type);
}
const embedding = await openai.embeddings.create({ model: "openai/text-embedding-3-small", input: "Hello!", encoding_format: "float" });
seen.embedding = { numbers: embedding.data[0].embedding.length, prompt: embedding.usage.prompt_tokens };

const azure = new AzureOpenAI({ endpoint: HUB_URL, apiKey: HUB_KEY, apiVersion: "2024-10-21", deployment: "azure-openai/my-gpt", maxRetries: 0 });
const chat = await azure.chat.completions.create({ model: "ignored", messages: [{ role: "user", content: "Hello!" }] });
seen.azure = { text: chat.choices[0].message.content, finish: chat.choices[0].finish_reason };

console.log(JSON.stringify(seen));
