// A conversation of two turns in the official client of each API: the first answer thinks and calls a tool, and goes back with the tool's
// result the way the client's documentation says. Prints the errors; what came back is seen by the vendor.
// Environment: HUB_URL, HUB_KEY. Input: a JSON list of {first, second, front, way}: the models of the two calls.
import { text } from "node:stream/consumers";
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

const { HUB_URL, HUB_KEY } = process.env;
const openai = new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: HUB_KEY, maxRetries: 0 });
const anthropic = new Anthropic({ baseURL: HUB_URL, apiKey: HUB_KEY, maxRetries: 0 });
const google = new GoogleGenAI({ apiKey: HUB_KEY, httpOptions: { baseUrl: HUB_URL } });
const schema = { type: "object", properties: { city: { type: "string" } } };
const result = "5 degrees";
const chatTools = [{ type: "function", function: { name: "weather", parameters: schema } }];
const responsesTools = [{ type: "function", name: "weather", parameters: schema, strict: false }];

// https://platform.openai.com/docs/guides/function-calling
async function chat(way, model, messages) {
  const request = { model, messages, tools: chatTools, max_completion_tokens: 9000 };
  return way === "json"
    ? (await openai.chat.completions.create(request)).choices[0].message
    : await openai.chat.completions.stream(request).finalMessage();
}

async function responses(way, model, input) {
  const request = { model, input, tools: responsesTools, store: false, include: ["reasoning.encrypted_content"], max_output_tokens: 9000 };
  return (way === "json" ? await openai.responses.create(request) : await openai.responses.stream(request).finalResponse()).output;
}

// https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use
async function messages(way, model, messages) {
  const request = { model, messages, tools: [{ name: "weather", input_schema: schema }], max_tokens: 9000 };
  return (way === "json" ? await anthropic.messages.create(request) : await anthropic.messages.stream(request).finalMessage()).content;
}

// https://ai.google.dev/gemini-api/docs/thought-signatures
async function gemini(way, model, contents) {
  const request = { model, contents, config: { tools: [{ functionDeclarations: [{ name: "weather", parametersJsonSchema: schema }] }], maxOutputTokens: 9000 } };
  if (way === "json") return (await google.models.generateContent(request)).candidates[0].content;
  const parts = [];
  for await (const chunk of await google.models.generateContentStream(request)) parts.push(...(chunk.candidates?.[0]?.content?.parts ?? []));
  return { role: "model", parts };
}

const trips = {
  chat: async (way, first, second) => {
    const begun = [{ role: "user", content: "Hi." }];
    const answer = await chat(way, first, begun);
    const results = answer.tool_calls.map(call => ({ role: "tool", tool_call_id: call.id, content: result }));
    await chat(way, second, [...begun, answer, ...results]);
  },
  responses: async (way, first, second) => {
    const begun = [{ role: "user", content: "Hi." }];
    const output = await responses(way, first, begun);
    const results = output.filter(i => i.type === "function_call").map(call => ({ type: "function_call_output", call_id: call.call_id, output: result }));
    await responses(way, second, [...begun, ...output, ...results]);
  },
  messages: async (way, first, second) => {
    const begun = [{ role: "user", content: "Hi." }];
    const content = await messages(way, first, begun);
    const results = content.filter(b => b.type === "tool_use").map(call => ({ type: "tool_result", tool_use_id: call.id, content: result }));
    await messages(way, second, [...begun, { role: "assistant", content }, { role: "user", content: results }]);
  },
  gemini: async (way, first, second) => {
    const begun = [{ role: "user", parts: [{ text: "Hi." }] }];
    const content = await gemini(way, first, begun);
    const results = content.parts.filter(p => p.functionCall).map(({ functionCall: { id, name } }) => ({ functionResponse: { id, name, response: { output: result } } }));
    await gemini(way, second, [...begun, content, { role: "user", parts: results }]);
  },
};

const errors = [];
for (const { first, second, front, way } of JSON.parse(await text(process.stdin))) {
  try {
    await trips[front](way, first, second);
    errors.push(null);
  } catch (e) {
    errors.push(`${e.constructor.name} ${e.status ?? ""} ${e.message}`);
  }
}

console.log(JSON.stringify(errors));
