/**
 * The program itself, for the browser's tests: started on free ports of loopback in a folder of its own.
 * FRONTDESK_BIN names another binary than the newest of `target/`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const TARGET = new URL("../../../target/", import.meta.url).pathname;
const ANY = "127.0.0.1:0";

/** The binary that was built last. */
async function binary() {
  if (process.env.FRONTDESK_BIN) return process.env.FRONTDESK_BIN;
  const paths = ["release", "debug", "gate"].map((kind) => join(TARGET, kind, "frontdesk"));
  const built = await Promise.all(paths.map((path) => stat(path).then(({ mtimeMs }) => ({ path, mtimeMs }), () => null)));
  const [newest] = built.flatMap((one) => one ?? []).sort((a, b) => b.mtimeMs - a.mtimeMs);
  if (!newest) throw new Error("no frontdesk binary: cargo build first");
  return newest.path;
}

/**
 * Serves the office of a TOML text; without one, an office to be set up.
 * @param {string} [toml]
 * @returns {Promise<{ url: string, https: string, sip: { host: string, port: number }, code: string, stop: () => Promise<void> }>}
 */
export async function serve(toml) {
  const [program, data] = [await binary(), await mkdtemp(join(tmpdir(), "frontdesk-web-"))];
  if (toml) {
    await writeFile(join(data, "office.toml"), toml);
    await apply(program, join(data, "office.toml"), data);
  }
  const child = spawn(program, ["serve", "--data", data, "--http", ANY, "--https", ANY, "--sip", ANY, "--sips", ANY], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`frontdesk ended before it was ready: ${log}`);
    return String(value);
  };
  const listening = Object.fromEntries((await next()).split(" ").slice(1).map((part) => part.split("=")));
  const code = toml ? "" : (/code ([A-Z-]+)/.exec(await next())?.[1] ?? "");
  const [host, port] = listening.sip.split(":");
  return {
    url: `http://${listening.http}`,
    https: `https://${listening.https}`,
    sip: { host, port: Number(port) },
    code,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const [status] = await ended;
      await rm(data, { recursive: true, force: true });
      if (status !== 0) throw new Error(`frontdesk ended with ${status}: ${log}`);
    },
  };
}

/** @param {string} program @param {string} file @param {string} data */
async function apply(program, file, data) {
  const child = spawn(program, ["apply", file, "--data", data], { stdio: ["ignore", "ignore", "inherit"] });
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error(`frontdesk apply ended with ${status}`);
}
