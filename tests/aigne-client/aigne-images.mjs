// AIGNE Hub's official client makes images with models of any vendor: prints one JSON document of what it got.
// Environment: HUB_URL, HUB_KEY, CALLS (a JSON object of inputs by model; what
// follows a # in a name tells calls of one model apart).
import { AIGNEHubImageModel } from "@aigne/aigne-hub";

const { HUB_URL, HUB_KEY, CALLS } = process.env;
process.env.AIGNE_HUB_API_URL = HUB_URL;

const seen = {};
for (const [name, input] of Object.entries(JSON.parse(CALLS))) {
  const client = new AIGNEHubImageModel({ baseURL: HUB_URL, apiKey: HUB_KEY, model: `aignehub/${name.split("#")[0]}` });
  try {
    seen[name] = await client.invoke(input);
  } catch (e) {
    seen[name] = { error: e.message, type: e.type };
  }
}

seen.models = (await AIGNEHubImageModel.models()).map(model => model.type);
console.log(JSON.stringify(seen));
