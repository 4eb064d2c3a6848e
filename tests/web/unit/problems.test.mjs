import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const words = JSON.parse(await readFile(`${ROOT}/static/i18n/en.json`, "utf8"));
const STATUS = { BAD_REQUEST: 400, UNAUTHORIZED: 401, FORBIDDEN: 403, NOT_FOUND: 404, METHOD_NOT_ALLOWED: 405, CONFLICT: 409, GONE: 410, PAYLOAD_TOO_LARGE: 413, UNSUPPORTED_MEDIA_TYPE: 415, UNPROCESSABLE_ENTITY: 422, TOO_MANY_REQUESTS: 429, INTERNAL_SERVER_ERROR: 500, BAD_GATEWAY: 502, SERVICE_UNAVAILABLE: 503 };
/** Codes the log-in, the set-up and the invite page answer in words of their own. */
const OWN = ["wrong_login", "wrong_code", "no_invite"];

test("every refusal of the program has a sentence: by its code, or one that is true of its status", async () => {
  const files = (await readdir(`${ROOT}/src/web`, { recursive: true })).filter((name) => name.endsWith(".rs"));
  const source = (await Promise.all(files.map((name) => readFile(`${ROOT}/src/web/${name}`, "utf8")))).join("\n");
  const codes = [...source.matchAll(/\b(?:S|StatusCode)::([A-Z_]+),\s*"([a-z_.]+)"/g)];
  assert.ok(codes.length > 15, String(codes.length));
  for (const [, status, code] of codes) {
    assert.ok(STATUS[status], `${status} of ${code} is not known here`);
    if (OWN.includes(code)) continue;
    const isSpecific = [403, 409].includes(STATUS[status]) && !["too_busy", "not_allowed"].includes(code);
    const known = `problem.${code}` in words || (!isSpecific && `problem.status_${STATUS[status]}` in words);
    assert.ok(known, `${code} (${STATUS[status]}) has no sentence`);
  }
});
