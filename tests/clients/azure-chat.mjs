// The official Azure OpenAI client for Node against a hub: prints one JSON document of what it saw.
// Environment: HUB_URL, HUB_KEY, MODEL, TOOL_MODEL (as deployments).
import { AzureOpenAI } from "openai";

const { HUB_URL, HUB_KEY, MODEL, TOOL_MODEL } = process.env;
const of = deployment => new AzureOpenAI({ endpoint: HUB_URL, apiKey: HUB_KEY, apiVersion: "2024-10-21", deployment, maxRetries: 0 });
const messages = [{ role: "user", content: "Say something, please." }];
const seen = {};

const chat = await of(MODEL).chat.completions.create({ model: MODEL, messages });
seen.chat = { text: chat.choices[0].message.content, output: chat.usage.completion_tokens };

seen.streamed = { text: "", output: null };
for await (const chunk of await of(MODEL).chat.completions.create({
  model: MODEL, messages, stream: true, stream_options: { include_usage: true },
})) {
  seen.streamed.text += chunk.choices[0]?.delta?.content ?? "";
  seen.streamed.output ??= chunk.usage?.completion_tokens ?? null;
}

const tools = [{ type: "function", function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } } }];
const tool = await of(TOOL_MODEL).chat.completions.create({ model: TOOL_MODEL, messages, tools });
seen.tool = { name: tool.choices[0].message.tool_calls[0].function.name, finish: tool.choices[0].finish_reason };

try {
  await of("sim/no-such-model").chat.completions.create({ model: "x", messages });
} catch (e) {
  seen.error = { kind: e.constructor.name, status: e.status, code: e.code, requestId: e.requestID };
}

console.log(JSON.stringify(seen));
