// Responses that the vendor keeps, with the official client of OpenAI: prints one JSON document of what it saw.
// Environment: HUB_URL, HUB_KEY.
import OpenAI from "openai";

const { HUB_URL, HUB_KEY } = process.env;
const openai = new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: HUB_KEY, maxRetries: 0 });
const seen = {};

const first = await openai.responses.create({ model: "openai/gpt-5", input: "My name is Ada." });
const stream = await openai.responses.create({ model: "openai/gpt-5", input: "And now?", previous_response_id: first.id, stream: true });
let second;
for await (const event of stream) if (event.type === "response.completed") second = event.response;
const third = await openai.responses.create({ model: "openai/gpt-5", input: "Who am I?", previous_response_id: second.id });
seen.third = third.output_text;
seen.read = (await openai.responses.retrieve(first.id)).output_text;
seen.items = [];
for await (const item of openai.responses.inputItems.list(first.id, { limit: 5 })) seen.items.push(item.type);
await openai.responses.delete(first.id);
for (const [name, call] of Object.entries({
  deleted: () => openai.responses.retrieve(first.id),
  unknown: () => openai.responses.create({ model: "openai/gpt-5", input: "Hi", previous_response_id: "resp_unknown" }),
  unstored: async () => {
    const unstored = await openai.responses.create({ model: "openai/gpt-5", input: "Hi", store: false });
    await openai.responses.retrieve(unstored.id);
  },
  elsewhere: () => openai.responses.create({ model: "xai/grok-4", input: "Hi", previous_response_id: second.id }),
})) {
  try {
    await call();
  } catch (e) {
    seen[name] = { status: e.status, code: e.code, param: e.param };
  }
}

seen.last = second.id;
console.log(JSON.stringify(seen));
