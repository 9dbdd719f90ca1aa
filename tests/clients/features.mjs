// One feature after the other, said in the official client of each API to models of every dialect, whole and streamed: prints one JSON
// document of what each call brought. What reached the vendor is seen by the vendor.
// Environment: HUB_URL, HUB_KEY. Input: a JSON list of {model, feature, front, way}.
import { AsyncLocalStorage } from "node:async_hooks";
import { text } from "node:stream/consumers";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

const { HUB_URL, HUB_KEY } = process.env;
const AT_ONCE = 6;
const cellOf = new AsyncLocalStorage();
const realFetch = globalThis.fetch;
globalThis.fetch = async (...args) => {
  const response = await realFetch(...args);
  const cell = cellOf.getStore();
  if (cell) cell.warnings = response.headers.get("x-hub-warnings");
  return response;
};
const openai = new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: HUB_KEY, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: HUB_URL, apiKey: HUB_KEY, maxRetries: 0 });
const google = new GoogleGenAI({ apiKey: HUB_KEY, httpOptions: { baseUrl: HUB_URL } });

const url = "https://example.com/cat.png";
const png = "iVBORw0KGgo=";
const pdf = "JVBERi0xLjQ=";
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false };
const cities = { call_1: { city: "Oslo" }, call_2: { city: "Rome" } };
const degrees = { call_1: "5 degrees", call_2: "12 degrees" };
const ids = Object.keys(cities);
const described = { name: "weather", description: "Tells the weather." };

const chatTools = { tools: [{ type: "function", function: { ...described, parameters: schema } }] };
const responsesTools = { tools: [{ type: "function", ...described, parameters: schema, strict: false }] };
const messagesTools = { tools: [{ ...described, input_schema: schema }] };
const geminiTools = { tools: [{ functionDeclarations: [{ ...described, parametersJsonSchema: schema }] }] };
const geminiMode = (mode, names) => ({ ...geminiTools, toolConfig: { functionCallingConfig: { mode, ...(names && { allowedFunctionNames: names }) } } });
const user = content => [{ role: "user", content }];
const geminiUser = parts => ({ contents: [{ role: "user", parts }] });

// A front that has no word for a feature has no entry.
const features = {
  "text": { chat: {}, responses: {}, messages: {}, gemini: {} },
  "system": {
    chat: { messages: [{ role: "system", content: "Be brief." }, ...user("Hi.")] },
    responses: { instructions: "Be brief." },
    messages: { system: "Be brief." },
    gemini: { config: { systemInstruction: "Be brief." } },
  },
  "multi-turn": {
    chat: { messages: [...user("Hi."), { role: "assistant", content: "Hello." }, ...user("And?")] },
    responses: { input: [...user("Hi."), { role: "assistant", content: "Hello." }, ...user("And?")] },
    messages: { messages: [...user("Hi."), { role: "assistant", content: "Hello." }, ...user("And?")] },
    gemini: { contents: [{ role: "user", parts: [{ text: "Hi." }] }, { role: "model", parts: [{ text: "Hello." }] }, { role: "user", parts: [{ text: "And?" }] }] },
  },
  "image by URL": {
    chat: { messages: user([{ type: "text", text: "What?" }, { type: "image_url", image_url: { url } }]) },
    responses: { input: user([{ type: "input_text", text: "What?" }, { type: "input_image", image_url: url, detail: "auto" }]) },
    messages: { messages: user([{ type: "text", text: "What?" }, { type: "image", source: { type: "url", url } }]) },
    gemini: geminiUser([{ text: "What?" }, { fileData: { fileUri: url, mimeType: "image/png" } }]),
  },
  "image in base64": {
    chat: { messages: user([{ type: "text", text: "What?" }, { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } }]) },
    responses: { input: user([{ type: "input_text", text: "What?" }, { type: "input_image", image_url: `data:image/png;base64,${png}`, detail: "auto" }]) },
    messages: { messages: user([{ type: "text", text: "What?" }, { type: "image", source: { type: "base64", media_type: "image/png", data: png } }]) },
    gemini: geminiUser([{ text: "What?" }, { inlineData: { mimeType: "image/png", data: png } }]),
  },
  "PDF": {
    chat: { messages: user([{ type: "text", text: "What?" }, { type: "file", file: { filename: "a.pdf", file_data: `data:application/pdf;base64,${pdf}` } }]) },
    responses: { input: user([{ type: "input_text", text: "What?" }, { type: "input_file", filename: "a.pdf", file_data: `data:application/pdf;base64,${pdf}` }]) },
    messages: { messages: user([{ type: "text", text: "What?" }, { type: "document", title: "a.pdf", source: { type: "base64", media_type: "application/pdf", data: pdf } }]) },
    gemini: geminiUser([{ text: "What?" }, { inlineData: { mimeType: "application/pdf", data: pdf } }]),
  },
  "tools": { chat: chatTools, responses: responsesTools, messages: messagesTools, gemini: { config: geminiTools } },
  "tool choice auto": {
    chat: { ...chatTools, tool_choice: "auto" },
    responses: { ...responsesTools, tool_choice: "auto" },
    messages: { ...messagesTools, tool_choice: { type: "auto" } },
    gemini: { config: geminiMode("AUTO") },
  },
  "tool choice none": {
    chat: { ...chatTools, tool_choice: "none" },
    responses: { ...responsesTools, tool_choice: "none" },
    messages: { ...messagesTools, tool_choice: { type: "none" } },
    gemini: { config: geminiMode("NONE") },
  },
  "tool choice required": {
    chat: { ...chatTools, tool_choice: "required" },
    responses: { ...responsesTools, tool_choice: "required" },
    messages: { ...messagesTools, tool_choice: { type: "any" } },
    gemini: { config: geminiMode("ANY") },
  },
  "tool choice named": {
    chat: { ...chatTools, tool_choice: { type: "function", function: { name: "weather" } } },
    responses: { ...responsesTools, tool_choice: { type: "function", name: "weather" } },
    messages: { ...messagesTools, tool_choice: { type: "tool", name: "weather" } },
    gemini: { config: geminiMode("ANY", ["weather"]) },
  },
  "parallel calls off": {
    chat: { ...chatTools, parallel_tool_calls: false },
    responses: { ...responsesTools, parallel_tool_calls: false },
    messages: { ...messagesTools, tool_choice: { type: "auto", disable_parallel_tool_use: true } },
  },
  "parallel calls on": {
    chat: { ...chatTools, parallel_tool_calls: true },
    responses: { ...responsesTools, parallel_tool_calls: true },
    messages: { ...messagesTools, tool_choice: { type: "auto", disable_parallel_tool_use: false } },
  },
  "two tool results": {
    chat: {
      ...chatTools,
      messages: [
        ...user("Hi."),
        { role: "assistant", content: null, tool_calls: ids.map(id => ({ id, type: "function", function: { name: "weather", arguments: JSON.stringify(cities[id]) } })) },
        ...ids.map(id => ({ role: "tool", tool_call_id: id, content: degrees[id] })),
      ],
    },
    responses: {
      ...responsesTools,
      input: [
        ...user("Hi."),
        ...ids.map(id => ({ type: "function_call", call_id: id, name: "weather", arguments: JSON.stringify(cities[id]) })),
        ...ids.map(id => ({ type: "function_call_output", call_id: id, output: degrees[id] })),
      ],
    },
    messages: {
      ...messagesTools,
      messages: [
        ...user("Hi."),
        { role: "assistant", content: ids.map(id => ({ type: "tool_use", id, name: "weather", input: cities[id] })) },
        ...user(ids.map(id => ({ type: "tool_result", tool_use_id: id, content: degrees[id] }))),
      ],
    },
    gemini: {
      contents: [
        { role: "user", parts: [{ text: "Hi." }] },
        { role: "model", parts: ids.map(id => ({ functionCall: { id, name: "weather", args: cities[id] } })) },
        { role: "user", parts: ids.map(id => ({ functionResponse: { id, name: "weather", response: { output: degrees[id] } } })) },
      ],
      config: geminiTools,
    },
  },
  "tool result with an image": {
    responses: {
      ...responsesTools,
      input: [
        ...user("Hi."),
        { type: "function_call", call_id: "call_1", name: "weather", arguments: JSON.stringify(cities.call_1) },
        { type: "function_call_output", call_id: "call_1", output: [{ type: "input_text", text: "5 degrees" }, { type: "input_image", image_url: `data:image/png;base64,${png}`, detail: "auto" }] },
      ],
    },
    messages: {
      ...messagesTools,
      messages: [
        ...user("Hi."),
        { role: "assistant", content: [{ type: "tool_use", id: "call_1", name: "weather", input: cities.call_1 }] },
        ...user([{ type: "tool_result", tool_use_id: "call_1", content: [{ type: "text", text: "5 degrees" }, { type: "image", source: { type: "base64", media_type: "image/png", data: png } }] }]),
      ],
    },
    gemini: {
      contents: [
        { role: "user", parts: [{ text: "Hi." }] },
        { role: "model", parts: [{ functionCall: { id: "call_1", name: "weather", args: cities.call_1 } }] },
        { role: "user", parts: [{ functionResponse: { id: "call_1", name: "weather", response: { output: "5 degrees" }, parts: [{ inlineData: { mimeType: "image/png", data: png } }] } }] },
      ],
      config: geminiTools,
    },
  },
  "json_schema": {
    chat: { response_format: { type: "json_schema", json_schema: { name: "place", strict: true, schema } } },
    responses: { text: { format: { type: "json_schema", name: "place", strict: true, schema } } },
    messages: { output_config: { format: { type: "json_schema", schema } } },
    gemini: { config: { responseMimeType: "application/json", responseJsonSchema: schema } },
  },
  "json_object": {
    chat: { response_format: { type: "json_object" } },
    responses: { text: { format: { type: "json_object" } } },
    gemini: { config: { responseMimeType: "application/json" } },
  },
  "reasoning effort high": {
    chat: { max_completion_tokens: 5000, reasoning_effort: "high" },
    responses: { max_output_tokens: 5000, reasoning: { effort: "high" } },
    messages: { max_tokens: 5000, thinking: { type: "adaptive" }, output_config: { effort: "high" } },
    gemini: { config: { maxOutputTokens: 5000, thinkingConfig: { thinkingLevel: "HIGH" } } },
  },
  "reasoning budget": {
    messages: { max_tokens: 5000, thinking: { type: "enabled", budget_tokens: 2000 } },
    gemini: { config: { maxOutputTokens: 5000, thinkingConfig: { thinkingBudget: 2000 } } },
  },
  "reasoning off": {
    chat: { reasoning_effort: "none" },
    responses: { reasoning: { effort: "none" } },
    messages: { thinking: { type: "disabled" } },
    gemini: { config: { thinkingConfig: { thinkingBudget: 0 } } },
  },
  "cache marker": {
    chat: { messages: user([{ type: "text", text: "Hi.", cache_control: { type: "ephemeral" } }]) },
    messages: { messages: user([{ type: "text", text: "Hi.", cache_control: { type: "ephemeral" } }]) },
  },
  "stop sequences": {
    chat: { stop: ["END", "FIN"] },
    messages: { stop_sequences: ["END", "FIN"] },
    gemini: { config: { stopSequences: ["END", "FIN"] } },
  },
  "token limit": {
    chat: { max_completion_tokens: 77 },
    responses: { max_output_tokens: 77 },
    messages: { max_tokens: 77 },
    gemini: { config: { maxOutputTokens: 77 } },
  },
  "no token limit": {
    chat: { max_completion_tokens: undefined },
    responses: { max_output_tokens: undefined },
    gemini: { config: { maxOutputTokens: undefined } },
  },
  "temperature": {
    chat: { temperature: 0.5 },
    responses: { temperature: 0.5 },
    messages: { temperature: 0.5 },
    gemini: { config: { temperature: 0.5 } },
  },
  "top_k": { messages: { top_k: 5 }, gemini: { config: { topK: 5 } } },
  "seed": { chat: { seed: 7 }, gemini: { config: { seed: 7 } } },
  "several answers": { chat: { n: 2 }, gemini: { config: { candidateCount: 2 } } },
  "log probabilities": {
    chat: { logprobs: true },
    responses: { top_logprobs: 2 },
    gemini: { config: { responseLogprobs: true } },
  },
  "end user": { chat: { user: "u1" }, responses: { user: "u1" }, messages: { metadata: { user_id: "u1" } } },
  "service tier": { chat: { service_tier: "auto" }, responses: { service_tier: "auto" }, messages: { service_tier: "auto" } },
  "web search of the vendor": {
    responses: { tools: [{ type: "web_search" }] },
    messages: { tools: [{ type: "web_search_20250305", name: "web_search" }] },
    gemini: { config: { tools: [{ googleSearch: {} }] } },
  },
};

const base = {
  chat: { max_completion_tokens: 500, messages: user("Hi.") },
  responses: { max_output_tokens: 500, input: user("Hi.") },
  messages: { max_tokens: 500, messages: user("Hi.") },
  gemini: geminiUser([{ text: "Hi." }]),
};

// What answers are asked for by name has tools in its request, for those who answer with calls.
const tooled = { chat: chatTools, responses: responsesTools, messages: messagesTools, gemini: { config: geminiTools } };

function requestOf({ model, feature, front }) {
  const said = features[feature]?.[front] ?? (feature === "calls" ? tooled[front] : {});
  const request = { model, ...base[front], ...said };
  if (front === "gemini") request.config = { maxOutputTokens: 500, ...said.config };
  return request;
}

async function all(stream, failed) {
  const items = [];
  try {
    for await (const item of stream) items.push(item);
  } catch (e) {
    failed(e, items);
  }
  return items;
}

const words = (text, calls, finish, reasoning) => ({ text, calls: calls.map(c => `${c.name}(${c.args})`), finish, reasoning });

function ofChat({ message, finish_reason }) {
  return words((message.content ?? "") + (message.refusal ?? ""), (message.tool_calls ?? []).map(c => ({ name: c.function.name, args: c.function.arguments })), finish_reason, message.reasoning_content ?? "");
}

function ofChunks(chunks) {
  const message = { content: "", reasoning_content: "", tool_calls: [] };
  let finish_reason;
  for (const choice of chunks.flatMap(c => c.choices ?? [])) {
    message.content += (choice.delta.content ?? "") + (choice.delta.refusal ?? "");
    message.reasoning_content += choice.delta.reasoning_content ?? "";
    for (const part of choice.delta.tool_calls ?? []) {
      const call = (message.tool_calls[part.index] ??= { function: { name: "", arguments: "" } });
      call.function.name += part.function?.name ?? "";
      call.function.arguments += part.function?.arguments ?? "";
    }
    finish_reason = choice.finish_reason ?? finish_reason;
  }
  return ofChat({ message, finish_reason });
}

function ofResponse(response) {
  const output = response?.output ?? [];
  const parts = output.filter(i => i.type === "message").flatMap(i => i.content);
  return words(
    parts.map(p => p.text ?? p.refusal).join(""),
    output.filter(i => i.type === "function_call").map(c => ({ name: c.name, args: c.arguments })),
    response?.incomplete_details?.reason ?? response?.status,
    output.filter(i => i.type === "reasoning").flatMap(i => [...(i.summary ?? []), ...(i.content ?? [])]).map(p => p.text).join(""));
}

function ofMessage(message) {
  return words(
    message.content.filter(b => b.type === "text").map(b => b.text).join(""),
    message.content.filter(b => b.type === "tool_use").map(b => ({ name: b.name, args: JSON.stringify(b.input) })),
    message.stop_reason,
    message.content.filter(b => b.type === "thinking").map(b => b.thinking).join(""));
}

function ofGenerated(chunks) {
  const parts = chunks.flatMap(c => c.candidates?.[0]?.content?.parts ?? []);
  return words(
    parts.filter(p => p.text && !p.thought).map(p => p.text).join(""),
    parts.filter(p => p.functionCall).map(p => ({ name: p.functionCall.name, args: JSON.stringify(p.functionCall.args ?? {}) })),
    chunks.findLast(c => c.candidates?.[0]?.finishReason)?.candidates[0].finishReason ?? chunks.findLast(c => c.promptFeedback)?.promptFeedback.blockReason,
    parts.filter(p => p.text && p.thought).map(p => p.text).join(""));
}

// A stream that breaks in its middle: the error, and the text until then.
function breaking(of) {
  return (e, items) => {
    e.sofar = of(items).text;
    throw e;
  };
}

const textOfEvents = events => words(events.filter(e => e.type === "response.output_text.delta").map(e => e.delta).join(""), []);
const textOfMessageEvents = events => words(events.filter(e => e.delta?.type === "text_delta").map(e => e.delta.text).join(""), []);

const calls = {
  "chat json": async r => ofChat((await openai.chat.completions.create(r)).choices[0]),
  "chat stream": async r => ofChunks(await all(await openai.chat.completions.create({ ...r, stream: true }), breaking(ofChunks))),
  "responses json": async r => ofResponse(await openai.responses.create(r)),
  "responses stream": async r => {
    const events = await all(await openai.responses.create({ ...r, stream: true }), breaking(textOfEvents));
    return ofResponse(events.findLast(e => e.response)?.response);
  },
  "messages json": async r => ofMessage(await anthropic.messages.create(r)),
  "messages stream": async r => {
    const stream = anthropic.messages.stream(r);
    const events = [];
    stream.on("streamEvent", event => events.push(event));
    try {
      return ofMessage(await stream.finalMessage());
    } catch (e) {
      return breaking(textOfMessageEvents)(e, events);
    }
  },
  "gemini json": async r => ofGenerated([await google.models.generateContent(r)]),
  "gemini stream": async r => ofGenerated(await all(await google.models.generateContentStream(r), breaking(ofGenerated))),
};

// https://ai.google.dev/gemini-api/docs/troubleshooting : Google's client has the document in its message alone.
function typeOf(error) {
  if (error.error?.error?.type ?? error.error?.type ?? error.type) return error.error?.error?.type ?? error.error?.type ?? error.type;
  return /"status":"([A-Z_]+)"/.exec(error.message)?.[1];
}

async function run(cell) {
  if (features[cell.feature] && !(cell.front in features[cell.feature])) return { unspoken: true };
  const seen = {};
  await cellOf.run(seen, async () => {
    try {
      seen.answer = await calls[`${cell.front} ${cell.way}`](requestOf(cell));
    } catch (e) {
      seen.error = { class: e.constructor.name, status: e.status, type: typeOf(e), message: String(e.message).slice(0, 300), sofar: e.sofar };
    }
  });
  return seen;
}

const cells = JSON.parse(await text(process.stdin));
const seen = [];
let next = 0;
await Promise.all(Array.from({ length: AT_ONCE }, async () => {
  while (next < cells.length) {
    const index = next++;
    seen[index] = await run(cells[index]);
  }
}));
console.log(JSON.stringify(seen));
