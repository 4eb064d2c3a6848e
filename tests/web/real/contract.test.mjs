/** `api.d.ts`, against which every module is checked, says what the program says of itself in its OpenAPI. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import ts from "typescript";
import { serve } from "./program.mjs";

/** Types of the screens that the program calls otherwise. */
const RENAMED = { ContactList: "Api.List<Api.Contact>", OwedList: "Api.List<Api.Owed>", PromptList: "Api.List<Api.Prompt>", VoicemailList: "Api.List<Api.Voicemail>", CustomerList: "Api.List<Api.Customer>", Timeline: "Api.List<Api.TimelineItem>", ForgottenList: "Api.List<Api.Forgotten>", PeopleList: "Api.List<Api.LogInOf>" };
/** Not a screen's business: monitors, and lists no page shows. */
const UNSEEN = new Set(["Health", "Range", "Bucket", "BucketFigure", "NewCall", "Changes", "CallbackList", "OpenCallback", "Try", "NewCustomer", "CustomerChange", "BlockUntil"]);

let office, schemas;
before(async () => {
  office = await serve();
  schemas = (await (await fetch(`${office.url}/api/v1/openapi.json`)).json()).components.schemas;
});
after(() => office?.stop());

const FILE = new URL("../api.d.ts", import.meta.url).pathname;
const PROBE = "/probe.d.ts";

/** A checker in which `probe` stands beside `api.d.ts`, and what `Probe<i>` in it means. */
function checker(types) {
  const text = types.map((type, i) => `type Probe${i} = ${type};`).join("\n");
  const host = ts.createCompilerHost({});
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) => (name === PROBE ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile.call(host, name, ...rest));
  host.fileExists = (name) => name === PROBE || fileExists.call(host, name);
  host.readFile = (name) => (name === PROBE ? text : readFile.call(host, name));
  const program = ts.createProgram([FILE, PROBE], { strict: true, types: [], noLib: false, target: ts.ScriptTarget.ES2022 }, host);
  const known = program.getTypeChecker();
  return types.map((_, i) => shape(known.getTypeAtLocation(program.getSourceFile(PROBE).statements[i]), known));
}

/** A type of TypeScript as plain words and objects; `?` marks what may be left out or be null. */
function shape(type, known) {
  if (type.isUnion()) {
    const parts = type.types.filter((part) => !(part.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)));
    const shapes = [...new Set(parts.map((part) => JSON.stringify(shape(part, known))))];
    return shapes.length === 1 ? JSON.parse(shapes[0]) : shapes;
  }
  if (type.flags & ts.TypeFlags.StringLike) return "string";
  if (type.flags & ts.TypeFlags.NumberLike) return "number";
  if (type.flags & ts.TypeFlags.BooleanLike) return "boolean";
  if (known.isArrayType(type)) return [shape(known.getTypeArguments(type)[0], known)];
  const index = type.getStringIndexType();
  if (index) return { "*": shape(index, known) };
  const fields = type.getProperties().map((field) => {
    const inner = known.getTypeOfSymbol(field);
    const mayLack = field.flags & ts.SymbolFlags.Optional || (inner.isUnion() && inner.types.some((part) => part.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)));
    return [field.name + (mayLack ? "?" : ""), shape(inner, known)];
  });
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same of a schema. */
function described(schema) {
  if (schema.$ref) return described(schemas[schema.$ref.split("/").pop()]);
  if (schema.oneOf) return described(schema.oneOf.find((one) => one.type !== "null"));
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(described));
  const type = [schema.type].flat().find((one) => one !== "null");
  if (type === "array") return [described(schema.items)];
  if (type === "integer") return "number";
  if (type !== "object") return type;
  if (schema.additionalProperties) return { "*": described(schema.additionalProperties) };
  const isNull = (one) => [one.type].flat().includes("null") || one.oneOf?.some((part) => part.type === "null");
  const fields = Object.entries(schema.properties).map(([name, one]) => [name + (isNull(one) || !schema.required?.includes(name) ? "?" : ""), described(one)]);
  return Object.fromEntries(fields);
}

const sorted = (value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, sorted(one)])) : Array.isArray(value) ? value.map(sorted) : value);

test("every type the screens read and write is the program's own", () => {
  const inline = new Set(["String", "OfficeFacts", "SessionPerson", "Estimate", "Sentence", "Part"]);
  const names = Object.keys(schemas).filter((name) => !UNSEEN.has(name) && !inline.has(name));
  assert.ok(names.length > 15, names.join());
  const written = checker(names.map((name) => RENAMED[name] ?? `Api.${name}`));
  names.forEach((name, i) => assert.deepEqual(sorted(written[i]), sorted(described(schemas[name])), name));
});
