/** A mailbox at a provider, as much of IMAP as reading one takes: no IDLE, so the program polls. */
import { createServer } from "node:net";

/** @param {readonly Buffer[]} mails @returns {Promise<{ port: number, close: () => void }>} */
export function postOffice(mails) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let text = "";
    socket.write("* OK here\r\n");
    socket.on("data", (data) => {
      text += data.toString("latin1");
      const lines = text.split("\r\n");
      text = lines.pop() ?? "";
      for (const line of lines) answer(socket, line, mails);
    });
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready({
    port: server.address().port,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  })));
}

/** @param {import("node:net").Socket} socket @param {string} line @param {readonly Buffer[]} mails */
function answer(socket, line, mails) {
  const [, tag = "*", command = ""] = /^(\S+) (.*)$/.exec(line) ?? [];
  const uids = mails.map((_, at) => at + 1);
  const of = (set) => uids.filter((uid) => set.split(",").some((part) => {
    const [low, high = low] = part.split(":").map((end) => (end === "*" ? mails.length : Number(end)));
    return uid >= Math.min(low, high) && uid <= Math.max(low, high);
  }));
  const listed = /^UID FETCH (\S+) \(UID INTERNALDATE/.exec(command)?.[1];
  const whole = /^UID FETCH (\S+) \(UID BODY/.exec(command)?.[1];
  if (command === "CAPABILITY") socket.write("* CAPABILITY IMAP4rev1\r\n");
  if (command.startsWith("LIST")) socket.write('* LIST (\\HasNoChildren) "/" "INBOX"\r\n');
  if (command.startsWith("STATUS")) socket.write(`* STATUS "INBOX" (MESSAGES ${mails.length} UIDNEXT ${mails.length + 1} UIDVALIDITY 7)\r\n`);
  if (command.startsWith("EXAMINE")) socket.write(`* ${mails.length} EXISTS\r\n* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT ${mails.length + 1}] .\r\n`);
  if (command.startsWith("UID SEARCH")) socket.write(`* SEARCH ${uids.join(" ")}\r\n`);
  for (const uid of listed ? of(listed) : []) socket.write(`* ${uid} FETCH (UID ${uid} INTERNALDATE "${arrival()}" RFC822.SIZE ${mails[uid - 1].length})\r\n`);
  for (const uid of whole ? of(whole) : []) {
    socket.write(`* ${uid} FETCH (UID ${uid} BODY[]${command.includes("<0.") ? "<0>" : ""} {${mails[uid - 1].length}}\r\n`);
    socket.write(mails[uid - 1]);
    socket.write(")\r\n");
  }
  socket.write(`${tag} OK done\r\n`);
}

/** Now, as IMAP writes it: 22-Nov-2026 08:00:00 +0000. */
function arrival() {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date().toUTCString());
  return `${day}-${month}-${year} ${time} +0000`;
}
