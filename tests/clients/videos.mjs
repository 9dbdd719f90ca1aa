// Videos with the official client of OpenAI: prints one JSON document of what it saw. Environment: HUB_URL, HUB_KEY, PNG.
import OpenAI, { toFile } from "openai";

const { HUB_URL, HUB_KEY, PNG } = process.env;
const openai = new OpenAI({ baseURL: `${HUB_URL}/v1`, apiKey: HUB_KEY, maxRetries: 0 });
const png = await toFile(Buffer.from(PNG, "base64"), "first.png", { type: "image/png" });
const seen = {};

const failed = async (call) => {
  try {
    return await call();
  } catch (e) {
    return { status: e.status, code: e.code, param: e.param };
  }
};

const make = async (name, params) => {
  const { data: begun, response } = await openai.videos.create(params).withResponse();
  const states = [begun];
  seen[name] = { call: response.headers.get("x-request-id"), early: await failed(() => openai.videos.downloadContent(begun.id)), states };
  let video = begun;
  while (video.status === "queued" || video.status === "in_progress") states.push((video = await openai.videos.retrieve(begun.id)));
  if (video.status === "completed") {
    const content = await openai.videos.downloadContent(begun.id);
    seen[name].type = content.headers.get("content-type");
    const bytes = Buffer.from(await content.arrayBuffer());
    seen[name].bytes = bytes.length;
    seen[name].last = bytes[bytes.length - 1];
    const thumbnail = await failed(async () => (await openai.videos.downloadContent(begun.id, { variant: "thumbnail" })).arrayBuffer());
    seen[name].thumbnail = thumbnail.byteLength ?? thumbnail;
  }
  return begun.id;
};

const sora = await make("sora", { model: "openai/sora-2", prompt: "A cat", seconds: "8", size: "1280x720", input_reference: png });
const veo = await make("veo", { model: "google/veo-3.1-generate-preview", prompt: "A dog", seconds: "4", size: "1080x1920", input_reference: png });
const wrong = await make("wrong", { model: "openai/sora-2", prompt: "goes wrong", seconds: "8", size: "1280x720" });
const veoWrong = await make("veoWrong", { model: "google/veo-3.1-generate-preview", prompt: "goes wrong" });

seen.listed = [];
for await (const video of openai.videos.list({ limit: 2 })) seen.listed.push(video.id);
seen.deleted = await openai.videos.delete(wrong);
seen.gone = await failed(() => openai.videos.retrieve(wrong));
seen.listedAfter = [];
for await (const video of openai.videos.list({ limit: 3 })) seen.listedAfter.push(video.id);
seen.ids = { sora, veo, wrong, veoWrong };
seen.unknown = await failed(() => openai.videos.retrieve("video_123"));
seen.badSize = await failed(() => openai.videos.create({ model: "google/veo-3.1-generate-preview", prompt: "x", size: "1024x1792" }));
seen.badSeconds = await failed(() => openai.videos.create({ model: "openai/sora-2", prompt: "x", seconds: "many" }));
seen.badVariant = await failed(() => openai.videos.downloadContent(sora, { variant: "subtitles" }));
console.log(JSON.stringify(seen));
