// AIGNE Hub's official client against models of any vendor: prints one JSON document of what it saw.
// Environment: HUB_URL, HUB_KEY; JSON lists of models: TEXTS, TOOLS (are offered a tool), STRUCTURED (are given a schema), FAULTS.
import { AIGNEHubChatModel } from "@aigne/aigne-hub";

const { HUB_URL, HUB_KEY, TEXTS, TOOLS, STRUCTURED, FAULTS } = process.env;
process.env.AIGNE_HUB_API_URL = HUB_URL;

const of = (model, prefix = "aignehub/") => new AIGNEHubChatModel({ baseURL: HUB_URL, apiKey: HUB_KEY, model: prefix + model });
const ask = more => ({
  messages: [{ role: "system", content: "Answer briefly." }, { role: "user", content: [{ type: "text", text: "What is the weather?" }] }],
  modelOptions: { temperature: 0.5, maxTokens: 500 },
  ...more,
});
const schema = { type: "object", properties: { location: { type: "string" } } };
const tool = name => ({ type: "function", function: { name, description: "Tells the weather.", parameters: schema } });
const tools = { tools: [tool("weather"), tool("json")] };
const structured = { responseFormat: { type: "json_schema", jsonSchema: { name: "place", schema } } };

async function streamed(model, input) {
  const seen = { text: "", frames: 0 };
  for await (const chunk of await model.invoke(input, { streaming: true })) {
    seen.frames++;
    seen.text += chunk.delta?.text?.text ?? "";
    if (chunk.delta?.text?.thoughts) seen.thoughts = (seen.thoughts ?? "") + chunk.delta.text.thoughts;
    Object.assign(seen, chunk.delta?.json);
  }
  return seen;
}

// The call's result goes back with what the hub has put into the call's metadata.
async function continued(model, first) {
  const answer = { role: "agent", content: first.text ?? "", toolCalls: first.toolCalls };
  const results = first.toolCalls.map(call => ({ role: "tool", toolCallId: call.id, content: "Sunny, 21 °C" }));
  return model.invoke(ask({ ...tools, messages: [...ask().messages, answer, ...results] }));
}

async function tried(call) {
  try {
    return await call();
  } catch (e) {
    return { error: e.message, type: e.type };
  }
}

const seen = {};
async function both(names, input) {
  for (const name of JSON.parse(names)) {
    seen[name] = { whole: await tried(() => of(name).invoke(input)), streamed: await tried(() => streamed(of(name), input)) };
  }
}

await both(TEXTS, ask());
await both(TOOLS, ask(tools));
await both(STRUCTURED, ask(structured));
await both(FAULTS, ask());
for (const name of JSON.parse(TOOLS)) {
  seen[name].continued = await tried(async () => continued(of(name), seen[name].streamed));
}

// Without the prefix the client calls the vendor's own way, at {origin}/chat/completions.
seen.bare = await tried(() => of("openai/gpt-5-mini", "").invoke(ask()));
seen.models = await tried(() => AIGNEHubChatModel.models());
console.log(JSON.stringify(seen));
