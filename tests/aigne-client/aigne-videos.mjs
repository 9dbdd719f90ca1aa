// AIGNE Hub's official client makes videos with models of any vendor, all at once: prints one JSON document of what it got.
// Environment: HUB_URL, HUB_KEY, CALLS (a JSON object of names; each has a model and an input).
import { createHash } from "node:crypto";
import { AIGNEHubVideoModel } from "@aigne/aigne-hub";

const { HUB_URL, HUB_KEY, CALLS } = process.env;
process.env.AIGNE_HUB_API_URL = HUB_URL;

async function made({ model, input }) {
  try {
    const client = new AIGNEHubVideoModel({ baseURL: HUB_URL, apiKey: HUB_KEY, model: `aignehub/${model}` });
    const answer = await client.invoke({ ...input, model, outputFileType: "file" });
    for (const video of answer.videos) {
      video.data = createHash("sha256").update(Buffer.from(video.data, "base64")).digest("hex");
    }

    return answer;
  } catch (e) {
    return { error: e.message, type: e.type };
  }
}

const calls = Object.entries(JSON.parse(CALLS)).map(async ([name, call]) => [name, await made(call)]);
const seen = Object.fromEntries(await Promise.all(calls));
seen.models = await AIGNEHubVideoModel.models();
console.log(JSON.stringify(seen));
