// Images with the official client of OpenAI: prints one JSON document of what it saw. Environment: HUB_URL, HUB_KEY.
import OpenAI, { AzureOpenAI, toFile } from "openai";

const { HUB_URL, HUB_KEY } = process.env;
const openai = new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: HUB_KEY, maxRetries: 0 });
const azure = new AzureOpenAI({ endpoint: HUB_URL, apiKey: HUB_KEY, apiVersion: "2025-04-01-preview", maxRetries: 0 });
// Of a form the client can't see the model: the deployment is its own setting.
const azureModel = new AzureOpenAI({
  endpoint: HUB_URL, apiKey: HUB_KEY, apiVersion: "2025-04-01-preview", deployment: "azure-openai/gpt-image-1.5", maxRetries: 0,
});
const png = await toFile(Buffer.from(process.env.PNG, "base64"), "otter.png", { type: "image/png" });
const seen = {};

const ids = async (call) => {
  const { data, request_id, response } = await call.withResponse();
  return { data, id: request_id ?? response.headers.get("x-request-id"), warnings: response.headers.get("x-hub-warnings") };
};
const whole = async (name, call) => {
  const { data, id, warnings } = await ids(call);
  seen[name] = {
    id, warnings, images: data.data.map((i) => i.url ?? i.b64_json ?? i.error.code), revised: data.data[0].revised_prompt,
    format: data.output_format, tokens: data.usage?.total_tokens,
  };
};
const streamed = async (name, call) => {
  const { data, id, warnings } = await ids(call);
  seen[name] = { id, warnings, events: [] };
  try {
    for await (const event of data) {
      seen[name].events.push(event.type);
      seen[name].image = event.b64_json.length;
      seen[name].tokens = event.usage?.total_tokens;
    }
  } catch (e) {
    seen[name].error = e.code ?? e.error?.code ?? e.message;
  }
};
const failed = async (name, call) => {
  try {
    await call();
  } catch (e) {
    seen[name] = { status: e.status, code: e.code, param: e.param, message: e.message };
  }
};

await whole("openai", openai.images.generate({ model: "openai/gpt-image-1.5", prompt: "An otter", size: "1024x1536", quality: "high" }));
await streamed("openaiStream", openai.images.generate({ model: "openai/gpt-image-1.5", prompt: "An otter", stream: true, partial_images: 2 }));
await streamed("openaiCut", openai.images.generate({ model: "openai/gpt-image-1.5", prompt: "An otter, cut off", stream: true, partial_images: 2 }));
await whole("openaiEdit", openai.images.edit({ model: "openai/gpt-image-1.5", prompt: "A hat", image: [png, png], mask: png, quality: "high" }));
await streamed("openaiEditStream", openai.images.edit({ model: "openai/gpt-image-1.5", prompt: "A hat", image: png, stream: true }));
await whole("azure", azure.images.generate({ model: "azure-openai/gpt-image-1.5", prompt: "An otter" }));
await whole("azureEdit", azureModel.images.edit({ prompt: "A hat", image: png }));
await whole("xai", openai.images.generate({ model: "xai/test-image", prompt: "A cat", n: 2 }));
// No form, and so no call of the client's own.
await whole("xaiEdit", openai.post("/images/edits", {
  body: { model: "xai/test-image", prompt: "A hat", image: { url: `data:image/png;base64,${process.env.PNG}`, type: "image_url" } },
}));
await whole("together", openai.images.generate({ model: "together/black-forest-labs/FLUX.1-schnell", prompt: "Fir", n: 3, steps: 4, response_format: "b64_json" }));
await failed("togetherEdit", () => openai.images.edit({ model: "together/black-forest-labs/FLUX.1-schnell", prompt: "x", image: png }));
const group = { model: "doubao/test-seedream", prompt: "Three seasons", size: "2K", sequential_image_generation: "auto" };
await whole("doubao", openai.images.generate(group));
// The client takes an event with an error for the end of the stream; what has come is read as it is.
const groupStream = await openai.images.generate({ ...group, stream: true }).asResponse();
seen.doubaoStream = {
  id: groupStream.headers.get("x-request-id"), type: groupStream.headers.get("content-type"),
  events: (await groupStream.text()).split("\n\n").map((e) => e.match(/^data: (.*)$/m)?.[1]).filter((d) => d && d !== "[DONE]").map((d) => JSON.parse(d)),
};
await whole("gemini", openai.images.generate({ model: "google/gemini-2.5-flash-image", prompt: "A banana", size: "1536x1024", quality: "high" }));
await streamed("geminiStream", openai.images.generate({ model: "google/gemini-2.5-flash-image", prompt: "Many rabbits", stream: true, partial_images: 1 }));
await whole("geminiEdit", openai.images.edit({ model: "google/gemini-2.5-flash-image", prompt: "A hat", image: [png, png] }));
await whole("imagen", openai.images.generate({ model: "google/imagen-test", prompt: "A cat", n: 2, size: "1024x1024" }));
await whole("ideogram", openai.images.generate({ model: "ideogram/ideogram-v3", prompt: "A cat", n: 2, quality: "low" }));
await failed("forbidden", () => openai.images.generate({ model: "openai/gpt-image-1.5", prompt: "forbidden" }));
await failed("geminiForbidden", () => openai.images.generate({ model: "google/gemini-2.5-flash-image", prompt: "forbidden" }));
await failed("geminiStreamForbidden", async () => {
  for await (const _ of await openai.images.generate({ model: "google/gemini-2.5-flash-image", prompt: "forbidden", stream: true }));
});
await failed("geminiUrl", () => openai.images.generate({ model: "google/gemini-2.5-flash-image", prompt: "x", response_format: "url" }));
await failed("geminiMask", () => openai.images.edit({ model: "google/gemini-2.5-flash-image", prompt: "x", image: png, mask: png }));
await failed("ideogramStream", () => openai.images.generate({ model: "ideogram/ideogram-v3", prompt: "x", stream: true }));
await failed("noFile", () => openai.post("/images/edits", { body: { model: "google/gemini-2.5-flash-image", prompt: "x" } }));
await failed("noPrompt", () => openai.images.generate({ model: "openai/gpt-image-1.5" }));
await failed("chatModel", () => openai.images.generate({ model: "sim/chat", prompt: "x" }));

console.log(JSON.stringify(seen));
