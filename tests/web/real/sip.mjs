/**
 * A telephone, and a provider, for the browser's tests: as much SIP over UDP (RFC 3261) as it takes to register,
 * to ring, to answer and to hang up. It makes no sound, and loses no datagram because it never leaves the machine.
 */
import { createHash, randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { EventEmitter, once } from "node:events";

const token = () => randomBytes(6).toString("hex");
const HASHES = { MD5: "md5", "SHA-256": "sha256" };

/** One end of a call: `ringing` → `talking` → `over`. Emits each of them when it begins. */
export class Call extends EventEmitter {
  state = "ringing";
  constructor(line, facts) {
    super();
    Object.assign(this, { line, ...facts });
  }

  become(state) {
    this.state = state;
    this.emit(state);
  }

  /** Resolves when it is in that state. */
  async reach(state) {
    if (this.state !== state) await once(this, state, { signal: AbortSignal.timeout(10_000) });
  }

  /** Lifts the receiver. */
  answer() {
    this.line.reply(this.invite, 200, "OK", this.mine, this.line.sdp());
    this.become("talking");
  }

  hangUp() {
    const [method, to] = this.invite || this.state === "talking" ? ["BYE", this.theirs] : ["CANCEL", this.theirs];
    const cseq = method === "CANCEL" ? 1 : ++this.sequence;
    this.line.send(this.target, method, { from: this.ours, to, id: this.id, cseq, branch: method === "CANCEL" ? this.branch : undefined });
    this.become("over");
  }
}

/** A socket with a user behind it. Emits `call` with every call that comes in. */
export class Line extends EventEmitter {
  calls = new Map();
  answers = new Map();

  static async open(user, office) {
    const line = new Line();
    line.socket = createSocket("udp4");
    Object.assign(line, { user, office });
    line.socket.on("message", (bytes, from) => line.heard({ ...parse(String(bytes)), port: from.port }));
    line.socket.bind(0, "127.0.0.1");
    await once(line.socket, "listening");
    line.port = line.socket.address().port;
    return line;
  }

  close() {
    this.socket.close();
  }

  /** Registers with a secret, as a desk phone does when it is plugged in. */
  async register(secret) {
    const address = `<sip:${this.user}@${this.office.host}>`;
    const dialog = { from: `${address};tag=${token()}`, to: address, id: token(), contact: true };
    const uri = `sip:${this.office.host}`;
    const asked = await this.ask(uri, "REGISTER", { ...dialog, cseq: 1 });
    const given = asked.status === 401 ? await this.ask(uri, "REGISTER", { ...dialog, cseq: 2, authorization: this.proof(asked, uri, secret) }) : asked;
    if (given.status !== 200) throw new Error(`${this.user} could not register: ${given.status}`);
  }

  /** Dials the office. */
  call(number, caller) {
    const [target, branch] = [`sip:${number}@${this.office.host}:${this.office.port}`, `z9hG4bK${token()}`];
    const [ours, theirs, id] = [`<sip:${caller}@127.0.0.1:${this.port}>;tag=${token()}`, `<${target}>`, token()];
    const call = new Call(this, { target, branch, ours, theirs, id, sequence: 1 });
    this.calls.set(id, call);
    this.send(target, "INVITE", { from: ours, to: theirs, id, cseq: 1, branch, contact: true }, this.sdp());
    return call;
  }

  heard(message) {
    if (message.status) return this.answered(message);
    const call = this.calls.get(message.id);
    if (message.method === "ACK") return;
    if (message.method === "INVITE" && !call) return this.rung(message);
    if (message.method === "INVITE") return this.reply(message, 200, "OK", call.mine, this.sdp());
    this.reply(message, 200, "OK", call?.mine);
    if (message.method === "CANCEL" && call) this.reply(call.invite, 487, "Request Terminated", call.mine);
    if (call && (message.method === "BYE" || message.method === "CANCEL")) call.become("over");
  }

  rung(invite) {
    const mine = token();
    const target = /<([^>]+)>/.exec(invite.contact)?.[1];
    const call = new Call(this, { invite, mine, target, ours: `${invite.to};tag=${mine}`, theirs: invite.from, id: invite.id, sequence: 0 });
    this.calls.set(invite.id, call);
    this.reply(invite, 180, "Ringing", mine);
    this.emit("call", call);
  }

  answered(message) {
    const call = this.calls.get(message.id);
    const isInvite = message.cseq.endsWith("INVITE");
    if (message.status >= 200 && isInvite && call) {
      call.theirs = message.to;
      if (message.status < 300) call.target = /<([^>]+)>/.exec(message.contact)?.[1] ?? call.target;
      this.send(call.target, "ACK", { from: call.ours, to: message.to, id: call.id, cseq: 1, branch: message.status < 300 ? undefined : call.branch });
      if (call.state === "ringing") call.become(message.status < 300 ? "talking" : "over");
    }
    if (message.status >= 200) this.answers.get(message.id + message.cseq)?.(message);
  }

  async ask(uri, method, dialog) {
    const answer = new Promise((resolve) => this.answers.set(`${dialog.id}${dialog.cseq} ${method}`, resolve));
    this.send(uri, method, dialog);
    return answer;
  }

  send(uri, method, { from, to, id, cseq, branch = `z9hG4bK${token()}`, contact, authorization }, body = "") {
    const lines = [`${method} ${uri} SIP/2.0`, `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=${branch};rport`, "Max-Forwards: 70", `From: ${from}`, `To: ${to}`, `Call-ID: ${id}`, `CSeq: ${cseq} ${method}`];
    if (contact) lines.push(this.contact());
    if (authorization) lines.push(`Authorization: ${authorization}`);
    this.post(lines, body, this.office.port);
  }

  reply(request, status, reason, tag, body = "") {
    const to = tag && !/;tag=/.test(request.to) ? `${request.to};tag=${tag}` : request.to;
    const lines = [`SIP/2.0 ${status} ${reason}`, ...request.vias, `From: ${request.from}`, `To: ${to}`, `Call-ID: ${request.id}`, `CSeq: ${request.cseq}`, this.contact()];
    this.post(lines, body, request.port);
  }

  post(lines, body, port) {
    const type = body ? ["Content-Type: application/sdp"] : [];
    this.socket.send([...lines, ...type, `Content-Length: ${Buffer.byteLength(body)}`, "", body].join("\r\n"), port, "127.0.0.1");
  }

  contact() {
    return `Contact: <sip:${this.user}@127.0.0.1:${this.port}>`;
  }

  sdp() {
    // The discard port of RFC 863: sound may be sent there, and nobody listens.
    return ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", "m=audio 9 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=sendrecv", ""].join("\r\n");
  }

  /** RFC 7616. */
  proof(challenge, uri, secret) {
    const given = (name) => new RegExp(`${name}="?([^",]+)`).exec(challenge.challenge)?.[1] ?? "";
    const algorithm = given("algorithm") || "MD5";
    const hash = (...parts) => createHash(HASHES[algorithm]).update(parts.join(":")).digest("hex");
    const [realm, nonce, cnonce] = [given("realm"), given("nonce"), token()];
    const response = hash(hash(this.user, realm, secret), nonce, "00000001", cnonce, "auth", hash("REGISTER", uri));
    return `Digest username="${this.user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=${algorithm}, qop=auth, nc=00000001, cnonce="${cnonce}"`;
  }
}

/** The parts of a message that are needed here. */
function parse(text) {
  const [first, ...lines] = text.split("\r\n\r\n")[0].split("\r\n");
  const of = (name) => lines.find((line) => line.toLowerCase().startsWith(`${name}:`))?.replace(/^[^:]+:\s*/, "") ?? "";
  const status = Number(/^SIP\/2.0 (\d+)/.exec(first)?.[1] ?? 0);
  const vias = lines.filter((line) => /^via:/i.test(line));
  return { status, method: status ? "" : first.split(" ")[0], vias, from: of("from"), to: of("to"), id: of("call-id"), cseq: of("cseq"), contact: of("contact"), challenge: of("www-authenticate") };
}
