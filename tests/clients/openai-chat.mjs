// The official OpenAI client for Node against a hub: prints one JSON document of what it saw.
// Environment: HUB_URL, HUB_KEY, MODEL, TOOL_MODEL.
import OpenAI from "openai";

const { HUB_URL, HUB_KEY, MODEL, TOOL_MODEL } = process.env;
const client = new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: HUB_KEY, maxRetries: 0 });
const messages = [{ role: "user", content: "Say something, please." }];

const chat = await client.chat.completions.create({ model: MODEL, messages });

const streamed = { text: "", chunks: 0, usage: null, finish: null };
for await (const chunk of await client.chat.completions.create({
  model: MODEL, messages, stream: true, stream_options: { include_usage: true },
})) {
  streamed.chunks++;
  streamed.text += chunk.choices[0]?.delta?.content ?? "";
  streamed.finish ??= chunk.choices[0]?.finish_reason ?? null;
  streamed.usage ??= chunk.usage ?? null;
}

let usageUnasked = null;
for await (const chunk of await client.chat.completions.create({ model: MODEL, messages, stream: true })) {
  usageUnasked ??= chunk.usage ?? null;
}

const tools = [{
  type: "function",
  function: {
    name: "get_weather",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
}];
const tool = await client.chat.completions.create({ model: TOOL_MODEL, messages, tools });
const call = tool.choices[0].message.tool_calls[0];
const answered = await client.chat.completions.create({
  model: TOOL_MODEL, tools,
  messages: [...messages, tool.choices[0].message, { role: "tool", tool_call_id: call.id, content: "sunny" }],
});

const models = [];
for await (const model of client.models.list()) {
  models.push(model.id);
}
const model = await client.models.retrieve(MODEL);

const errors = {};
for (const [name, run] of Object.entries({
  unknownModel: () => client.chat.completions.create({ model: "sim/no-such-model", messages }),
  wrongKey: () => new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: "ahk_wrong", maxRetries: 0 }).models.list(),
  unservedPath: () => client.files.list(),
})) {
  try {
    await run();
    errors[name] = null;
  } catch (e) {
    errors[name] = { kind: e.constructor.name, status: e.status, code: e.code, message: e.message, requestId: e.requestID };
  }
}

console.log(JSON.stringify({
  chat: { text: chat.choices[0].message.content, usage: chat.usage, requestId: chat._request_id },
  streamed, usageUnasked,
  tool: { name: call.function.name, arguments: call.function.arguments, finish: tool.choices[0].finish_reason },
  answered: answered.choices[0].message.content,
  models, model: model.id, errors,
}));
