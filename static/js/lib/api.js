/**
 * Requests: JSON in, JSON out, refusals as one kind of error whose `code` has a sentence in every language.
 * @module
 */

/** Longer than any honest answer of a box in the same house. */
const PATIENCE_MS = 10_000;
/** A recording of some megabytes over a slow radio. */
const PATIENCE_FILE_MS = 120_000;

/** A request that came to nothing. `status` 0: nobody answered. */
export class ApiError extends Error {
  /** @param {number} status @param {Api.Problem} problem @param {number | null} retryAfterSeconds */
  constructor(status, problem, retryAfterSeconds = null) {
    super(problem.code);
    this.status = status;
    this.code = problem.code;
    this.parameters = problem.parameters ?? {};
    this.detail = problem.detail || problem.title;
    this.reference = problem.reference ?? "";
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** @param {string} path */
export const get = (path) => ask("GET", path);
/** @param {string} path @param {object} [body] */
export const post = (path, body = {}) => ask("POST", path, body);
/** @param {string} path @param {object} body */
export const put = (path, body) => ask("PUT", path, body);
/** @param {string} path @param {object} body what is left out stays as it is */
export const patch = (path, body) => ask("PATCH", path, body);
/** A file as it is. @param {string} path @param {Blob} file */
export const upload = (path, file) => ask("PUT", path, file);
/** A file to be worked on. @param {string} path @param {Blob} file */
export const sendFile = (path, file) => ask("POST", path, file);
/** @param {string} path */
export const del = (path) => ask("DELETE", path);

/**
 * Every page of a list.
 * @template T
 * @param {string} path with its query
 * @returns {Promise<T[]>}
 */
export async function all(path) {
  /** @type {T[]} */
  const items = [];
  let cursor = "";
  do {
    const page = await get(path + (path.includes("?") ? "&" : "?") + `limit=200${cursor}`);
    items.push(...page.items);
    cursor = page.next_cursor ? `&cursor=${encodeURIComponent(page.next_cursor)}` : "";
  } while (cursor);
  return items;
}

/**
 * The sentence for a refusal: by its code, else by its status, else the server's own words.
 * @param {unknown} error
 * @param {(key: string, parameters?: Record<string, string | number>) => string} t
 * @param {(key: string) => boolean} has
 */
export function sentence(error, t, has) {
  if (!(error instanceof ApiError)) return t("problem.offline");
  const by = { ...error.parameters, detail: error.detail, reference: error.reference, seconds: error.retryAfterSeconds ?? 10 };
  if (has(`problem.${error.code}`)) return t(`problem.${error.code}`, by);
  if (has(`problem.status_${error.status}`)) return t(`problem.status_${error.status}`, by);
  return error.detail || t("problem.unknown", by);
}

/** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
async function ask(method, path, body) {
  const answer = await reach(method, path, body);
  const content = await read(answer);
  if (answer.ok) return content;
  throw refusal(answer.status, content, answer.headers.get("retry-after"));
}

/** @param {number} status @param {any} content @param {string | null} retryAfter */
function refusal(status, content, retryAfter) {
  const wait = Number(retryAfter);
  const problem = content && typeof content.code === "string" ? content : { title: "", detail: "", status, ...content, code: "" };
  return new ApiError(status, problem, Number.isFinite(wait) && wait > 0 ? wait : null);
}

const offline = () => new ApiError(0, { code: "offline", title: "", detail: "", status: 0 });

/**
 * A file, with how much of it is on its way told while it goes; it can be stopped.
 * @param {string} path @param {Blob} file @param {(share: number) => void} told from 0 to 1
 * @returns {{ done: Promise<any>, stop: () => void }}
 */
export function sendWatched(path, file, told) {
  const request = new XMLHttpRequest();
  const done = new Promise((taken, failed) => {
    request.open("POST", `/api/v1${path}`);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.upload.addEventListener("progress", ({ loaded, total }) => told(total > 0 ? loaded / total : 0));
    request.addEventListener("load", () => {
      const content = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) taken(content);
      else failed(refusal(request.status, content, request.getResponseHeader("retry-after")));
    });
    for (const end of ["error", "abort"]) request.addEventListener(end, () => failed(offline()));
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** @param {string} method @param {string} path @param {object} [body] */
async function reach(method, path, body) {
  const headers = { accept: "application/json", "accept-language": document.documentElement.lang };
  const isFile = body instanceof Blob;
  const kind = isFile ? body.type || "application/octet-stream" : "application/json";
  const sent = body ? { body: isFile ? body : JSON.stringify(body), headers: { ...headers, "content-type": kind } } : { headers };
  try {
    return await fetch(`/api/v1${path}`, { method, ...sent, signal: AbortSignal.timeout(isFile ? PATIENCE_FILE_MS : PATIENCE_MS) });
  } catch {
    throw offline();
  }
}

/** @param {Response} answer */
async function read(answer) {
  if (answer.status === 204) return {};
  try {
    return await answer.json();
  } catch {
    return {};
  }
}
