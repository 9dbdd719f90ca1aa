// The official clients of OpenAI (chat and Responses), Anthropic and Google against models of any vendor: prints one JSON
// document of what each saw, whole and streamed, in the same words.
// Environment: HUB_URL, HUB_KEY. Input: a JSON list of {model, front, way}; models with "tool" in their names are offered tools.
import { text } from "node:stream/consumers";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

const { HUB_URL, HUB_KEY } = process.env;
const openai = new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: HUB_KEY, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: HUB_URL, apiKey: HUB_KEY, maxRetries: 0 });
const google = new GoogleGenAI({ apiKey: HUB_KEY, httpOptions: { baseUrl: HUB_URL } });
const schema = { type: "object", properties: { location: { type: "string" } } };
const system = "Answer briefly.";
const user = "What is the weather?";

const chat = (model, tools) => ({
  model,
  max_completion_tokens: 500,
  messages: [{ role: "system", content: system }, { role: "user", content: user }],
  ...(tools && { tools: [{ type: "function", function: { name: "weather", parameters: schema } }] }),
});

// Mistral has thoughts among the parts of the content.
const textOf = content => (Array.isArray(content) ? content.filter(p => p.type === "text").map(p => p.text).join("") : content ?? "");
const thoughtsOf = content => (Array.isArray(content) ? content.filter(p => p.type === "thinking").flatMap(p => p.thinking).map(t => t.text).join("") : "");

// xAI leaves reasoning out of completion_tokens.
const generated = usage => Math.max(usage.completion_tokens, usage.total_tokens - usage.prompt_tokens);

// Where other APIs know no tools that take free text, it is the one member of an object.
const custom = call => ({ name: call.name, args: JSON.stringify({ input: call.input }) });

function ofChat(completion) {
  const { message, finish_reason } = completion.choices[0];
  return {
    text: textOf(message.content),
    calls: (message.tool_calls ?? []).map(c => (c.custom ? custom(c.custom) : { name: c.function.name, args: c.function.arguments })),
    finish: finish_reason,
    input: completion.usage.prompt_tokens,
    output: generated(completion.usage),
    reasoning: message.reasoning_content ?? thoughtsOf(message.content),
  };
}

// By hand: the client's own accumulator knows neither reasoning nor calls without an index.
function ofChatChunks(chunks) {
  const deltas = chunks.flatMap(c => c.choices?.map(choice => choice.delta) ?? []);
  const calls = [];
  for (const part of deltas.flatMap(d => d.tool_calls ?? [])) {
    const call = (calls[part.index ?? (part.id ? calls.length : calls.length - 1)] ??= { name: "", args: "", input: "" });
    call.name += part.function?.name ?? part.custom?.name ?? "";
    call.args += part.function?.arguments ?? "";
    call.input += part.custom?.input ?? "";
  }
  const usage = chunks.findLast(c => c.usage)?.usage;
  return {
    text: deltas.map(d => textOf(d.content)).join(""),
    calls: calls.map(call => (call.input ? custom(call) : call)),
    finish: chunks.findLast(c => c.choices?.[0]?.finish_reason)?.choices[0].finish_reason,
    input: usage?.prompt_tokens,
    output: usage && generated(usage),
    reasoning: deltas.map(d => d.reasoning_content ?? thoughtsOf(d.content)).join(""),
  };
}

const responses = (model, tools) => ({
  model,
  max_output_tokens: 500,
  instructions: system,
  input: user,
  ...(tools && { tools: [{ type: "function", name: "weather", parameters: schema, strict: false }] }),
});

function ofResponse(response) {
  return {
    text: response.output_text,
    calls: response.output.filter(i => i.type.endsWith("_call")).map(c => (c.type === "custom_tool_call" ? custom(c) : { name: c.name, args: c.arguments })),
    finish: response.status === "incomplete" ? response.incomplete_details.reason : response.status,
    input: response.usage?.input_tokens,
    output: response.usage?.output_tokens,
    reasoning: response.output.filter(i => i.type === "reasoning").flatMap(i => [...(i.summary ?? []), ...(i.content ?? [])]).map(p => p.text).join(""),
  };
}

const messages = (model, tools) => ({
  model,
  max_tokens: 500,
  system,
  messages: [{ role: "user", content: user }],
  ...(tools && { tools: [{ name: "weather", input_schema: schema }] }),
});

function ofMessage(message) {
  return {
    text: message.content.filter(b => b.type === "text").map(b => b.text).join(""),
    calls: message.content.filter(b => b.type === "tool_use").map(b => ({ name: b.name, args: JSON.stringify(b.input) })),
    finish: message.stop_reason,
    input: message.usage.input_tokens + (message.usage.cache_read_input_tokens ?? 0) + (message.usage.cache_creation_input_tokens ?? 0),
    output: message.usage.output_tokens,
    reasoning: message.content.filter(b => b.type === "thinking").map(b => b.thinking).join(""),
  };
}

const generate = (model, tools) => ({
  model,
  contents: user,
  config: {
    systemInstruction: system,
    maxOutputTokens: 500,
    ...(tools && { tools: [{ functionDeclarations: [{ name: "weather", parametersJsonSchema: schema }] }] }),
  },
});

function ofGenerated(chunks) {
  const parts = chunks.flatMap(c => c.candidates?.[0]?.content?.parts ?? []);
  const usage = chunks.findLast(c => c.usageMetadata)?.usageMetadata ?? {};
  return {
    text: parts.filter(p => p.text && !p.thought).map(p => p.text).join(""),
    calls: parts.filter(p => p.functionCall).map(p => ({ name: p.functionCall.name, args: JSON.stringify(p.functionCall.args ?? {}) })),
    finish: chunks.findLast(c => c.candidates?.[0]?.finishReason)?.candidates[0].finishReason,
    input: usage.promptTokenCount,
    output: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
    reasoning: parts.filter(p => p.text && p.thought).map(p => p.text).join(""),
  };
}

async function all(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

const fronts = {
  "chat json": async (m, t) => ofChat(await openai.chat.completions.create(chat(m, t))),
  "chat stream": async (m, t) =>
    ofChatChunks(await all(await openai.chat.completions.create({ ...chat(m, t), stream: true, stream_options: { include_usage: true } }))),
  "responses json": async (m, t) => ofResponse(await openai.responses.create(responses(m, t))),
  "responses stream": async (m, t) => ofResponse(await openai.responses.stream(responses(m, t)).finalResponse()),
  "messages json": async (m, t) => ofMessage(await anthropic.messages.create(messages(m, t))),
  "messages stream": async (m, t) => ofMessage(await anthropic.messages.stream(messages(m, t)).finalMessage()),
  "gemini json": async (m, t) => ofGenerated([await google.models.generateContent(generate(m, t))]),
  "gemini stream": async (m, t) => ofGenerated(await all(await google.models.generateContentStream(generate(m, t)))),
};

const seen = {};
for (const { model, front, way } of JSON.parse(await text(process.stdin))) {
  const cell = `${front} ${way}`;
  try {
    seen[`${model} ${cell}`] = await fronts[cell](model, model.includes("tool"));
  } catch (e) {
    seen[`${model} ${cell}`] = { status: e.status, error: `${e.constructor.name} ${e.status ?? ""} ${e.message}`.slice(0, 300) };
  }
}

console.log(JSON.stringify(seen));
