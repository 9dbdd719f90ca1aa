// Is the hub's document OpenAPI, and are answers what it says? Reads {document, answers: [{operation, status, media, body}]} from
// standard input; prints {valid, version, checked, wrong: [text]}.
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import { text } from 'node:stream/consumers';

const { document, answers } = JSON.parse(await text(process.stdin));
const validator = new Validator();
const { valid, errors } = await validator.validate(structuredClone(document));

// Answers are held to more than clients are told: no field may come that the document doesn't have.
const strict = structuredClone(document.components.schemas);
for (const schema of Object.values(strict)) {
  if (schema.type === 'object' && schema.properties) {
    schema.additionalProperties = false;
  }
}

const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
ajv.addSchema({ $id: 'https://hub.invalid/openapi.json', components: { schemas: strict } });
const operations = {};
for (const path of Object.values(document.paths)) {
  for (const operation of Object.values(path)) {
    operations[operation.operationId] = operation;
  }
}

const wrong = valid ? [] : [JSON.stringify(errors)];
let checked = 0;
for (const { operation, status, media, body } of answers) {
  let response = operations[operation]?.responses[status] ?? operations[operation]?.responses.default;
  if (response?.$ref) {
    response = document.components.responses[response.$ref.split('/').pop()];
  }
  if (!response) {
    wrong.push(`${operation} answered ${status}, which the document doesn't have.`);
    continue;
  }
  if (body === null) {
    if (response.content) {
      wrong.push(`${operation} ${status}: there was no body.`);
    }
    checked++;
    continue;
  }
  const schema = response.content?.[media]?.schema;
  if (!schema) {
    wrong.push(`${operation} ${status}: the document has no ${media}.`);
    continue;
  }
  const anchored = JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"https://hub.invalid/openapi.json#/components'));
  if (!ajv.validate(anchored, body)) {
    wrong.push(`${operation} ${status}: ${ajv.errorsText()} in ${JSON.stringify(body).slice(0, 500)}`);
  }
  checked++;
}

console.log(JSON.stringify({ valid, version: validator.version, checked, wrong }));
