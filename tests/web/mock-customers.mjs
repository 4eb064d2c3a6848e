/** The mock office's customers: one with everything, one without a name, one who is blocked, and what passed. */

const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();
const ahead = (seconds) => ago(-seconds);
const DAY = 86_400;

const ref = ({ id, name, company }) => ({ id, name, company });
const customer = (id, name, more) => ({ id, version: 4, name, company: "", about: "", numbers: [], addresses: [], vip: false, blocked: null, created_at: ago(400 * DAY), changed_at: ago(3 * DAY), merged: [], maybes: [], shared: [], ...more });

/** Everybody, by name. */
export function customers() {
  const holm = customer("K-7", "Mette Holm", { numbers: ["+4528117066"], addresses: ["mette@holm.example"] });
  return [
    customer("K-9", "", { numbers: ["+4571991208"] }),
    customer("K-12", "Søren Jensen", {
      company: "Jensen Byg ApS", about: "Ring altid før kl. 10.\nHar nøgle til kælderen.", numbers: ["+4520304050", "+4533661122"], addresses: ["kontor@jensenbyg.example", "soeren@jensenbyg.example"], vip: true,
      maybes: [{ id: 3, kind: "number", value: "+4540506070", at: ago(2 * DAY), conversation: "M-41", customers: [ref(holm)] }],
      merged: [{ id: "K-20", name: "S. Jensen", company: "", at: ago(9 * DAY), by: "bo" }],
      shared: [{ value: "+4533661122", customers: [ref(holm)] }],
    }),
    holm,
    customer("K-15", "Støjkonsulenterne i Vestervangsparkens Ejerforening og Grundejerforening", { numbers: ["+4599887766"], blocked: { since: ago(DAY), until: ahead(6 * DAY), by: "anna" } }),
  ];
}

const party = (number, person = null) => ({ number, name: "", person });
export const contact = (id, at, outcome, more) => ({
  id, kind: "inbound", started_at: at, ended_at: at, from: party("+4520304050"), to: party("+4533445566"), customer: "Søren Jensen, Jensen Byg ApS", customer_id: "K-12", group: "main", person: "anna", outcome,
  waited_ms: 14_000, talked_ms: 192_000, held_ms: 0, wrapped_ms: 15_000, callback: null, message: null, disposition: null, resolved_first: null, recording: null, ...more,
});
const item = (kind, id, at, more) => ({ kind, id, at, person: null, contact: null, mail: null, text: null, ...more });
const mail = (conversation, subject, text, more) => ({ conversation, subject, text, state: "new", attachments: 0, sent_state: null, ...more });

/** What passed with one of them, newest first; `notes` are those of this morning. */
function timeline(id, notes) {
  if (id !== "K-12") return notes;
  const call = contact("C-2002", ago(3 * 3600), "answered");
  const missed = contact("C-1990", ago(DAY + 4000), "abandoned", { person: null, talked_ms: 0 });
  const message = contact("C-1980", ago(DAY + 7200), "voicemail", { person: null, talked_ms: 0, message: { length_ms: 43_000, saved_at: ago(DAY + 7200), heard_at: null, assigned: null, done_at: null, settled_by: null } });
  const older = Array.from({ length: 6 }, (_, i) => item("call", `C-${1900 - i}`, ago((30 + i * 40) * DAY), { person: "bo", contact: contact(`C-${1900 - i}`, ago((30 + i * 40) * DAY), "answered", { person: "bo" }) }));
  return [
    ...notes,
    item("call", "C-2002", call.started_at, { person: "anna", contact: call }),
    item("mail", "I-1", ago(5 * 3600), { mail: mail("M-41", "Tilbud på varmepumpe", "Hej,\n\nKan I komme forbi torsdag? Vedhæftet er tegningerne.", { attachments: 1 }) }),
    item("reply", "I-5", ago(5 * 3600 + 60), { person: "anna", mail: mail("M-41", "Re: Tilbud på varmepumpe", "Vi kommer torsdag kl. 10.", { sent_state: "failed" }) }),
    item("call", "C-1990", missed.started_at, { contact: missed }),
    item("voicemail", "C-1980", message.started_at, { contact: message }),
    item("note", "K-12.1", ago(8 * DAY), { person: "bo", text: "Betaler altid til tiden." }),
    ...older,
  ];
}

/** What is owed to one of them. */
const owedTo = (id, owed) => (id === "K-12" ? owed.filter((one) => one.customer === "Jensen Byg ApS" || one.contact === "C-1980") : []);

/** What a file would bring: the token is asked for again with `apply`. */
function imported(token, applied) {
  const row = (line, what, name, more) => ({ line, what, why: null, detail: null, name, company: "", numbers: [], addresses: [], customer: null, adds: [], ...more });
  const rows = [
    row(4, "refuse", "Ole", { why: "bad_number", detail: "20 30" }),
    row(2, "create", "Lone Kjær", { company: "Kjær VVS", numbers: ["+4561616161"], addresses: ["lone@kjaer.example"] }),
    row(3, "merge", "Søren Jensen", { customer: { id: "K-12", name: "Søren Jensen", company: "Jensen Byg ApS" }, adds: ["+4522222222"] }),
    row(5, "unchanged", "Mette Holm", { customer: { id: "K-7", name: "Mette Holm", company: "" } }),
  ];
  return { token: applied ? null : token, applied, created: 1, merged: 1, unchanged: 1, refused: 1, rows };
}

const forgotten = (id, n) => ({ receipt: `F-${n}`, customer: id, at: ago(60), by: "anna", contacts: 12, recordings: 0, voicemails: 1, conversations: 2, mails: 7, attachments: 1, notes: 3 });

/** Who calls: `number` of the call decides. */
export function popOf(call, all, owed, conversations) {
  const found = all.find((one) => one.numbers.includes((call.number ?? "").replaceAll(" ", "")));
  const several = call.number === "+45 33 66 11 22" ? all.filter((one) => one.id === "K-7" || one.id === "K-12").map(ref) : [];
  const known = several.length ? null : (found ?? null);
  return {
    contact: call.contact, kind: "inbound", callback: false, number: call.number?.replaceAll(" ", "") ?? null, said_name: "", group: { id: "main", name: "Hovednummer" }, since: call.since, waited_ms: 21_000,
    customer: known, customers: known ? [ref(known)] : several, history: known ? timeline(known.id, []).slice(0, 10) : [], owed: known ? owedTo(known.id, owed) : [], conversations: known?.id === "K-12" ? conversations.slice(0, 1) : [],
  };
}

/** What is asked and ordered about customers; all are changed at once, as the program would. */
export function customerDesk(state, changed, refuse) {
  function list(query) {
    const words = (query.get("q") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const found = state().quiet ? [] : state().customers.filter((one) => words.every((word) => JSON.stringify([one.name, one.company, one.addresses, one.numbers]).toLowerCase().includes(word)));
    const from = Number(query.get("cursor") ?? 0);
    const limit = words.length ? 50 : 3; // pages small enough to be turned
    return { status: 200, body: { items: found.slice(from, from + limit), next_cursor: from + limit < found.length ? String(from + limit) : null } };
  }
  function read(id, what, query) {
    if (id === "export.csv" || id === "export.vcf") return { status: 200, body: "name\n" };
    const found = state().customers.find((one) => one.id === id || one.merged.some((gone) => gone.id === id));
    if (!found) return refuse(404, "no_such_customer");
    if (what === "timeline") {
      const [items, from] = [timeline(id, state().notes), Number(query.get("cursor") ?? 0)];
      return { status: 200, body: { items: items.slice(from, from + 7), next_cursor: from + 7 < items.length ? String(from + 7) : null } };
    }
    return { status: 200, body: what === "owed" ? { items: owedTo(id, state().owed), next_cursor: null } : found };
  }
  function order(id, verb, rest, body, query) {
    if (id === "import") return importFile(query.get("apply"), body);
    if (!id) {
      const made = { ...state().customers[0], version: 1, company: "", about: "", addresses: [], vip: false, ...body, id: "K-30" };
      state().customers.push(made);
      return done("K-30");
    }
    const one = state().customers.find((each) => each.id === id);
    if (verb === "unmerge") {
      for (const each of state().customers) each.merged = each.merged.filter((gone) => gone.id !== id);
      return done(id);
    }
    if (!one) return refuse(404, "no_such_customer");
    if (verb === "merge") {
      state().customers = state().customers.filter((each) => each !== one);
      state().customers.find((each) => each.id === body.into).merged.push({ id, name: one.name, company: one.company, at: ago(0), by: "anna" });
      return done(body.into);
    }
    if (verb === "claim") return { status: 200, body: { conversations: ["M-41"], messages: [], callbacks: ["C-2030"], others: [{ id: "M-39", person: "bo" }] } };
    if (verb === "note") state().notes.unshift({ kind: "note", id: `${id}.${state().notes.length + 5}`, at: ago(0), person: "anna", contact: null, mail: null, text: body.text });
    if (verb === "block") one.blocked = { since: ago(0), until: body.until ? ahead(DAY) : null, by: "anna" };
    if (verb === "unblock") one.blocked = null;
    if (verb === "maybes") {
      const maybe = one.maybes.find((each) => String(each.id) === rest[0]);
      one.maybes = one.maybes.filter((each) => each !== maybe);
      if (rest[1] === "accept") one.numbers.push(maybe.value);
    }
    return done(id);
  }
  function change(method, id, body) {
    const one = state().customers.find((each) => each.id === id);
    if (!one) return refuse(404, "no_such_customer");
    if (method === "DELETE") {
      state().customers = state().customers.filter((each) => each !== one);
      state().forgotten.unshift(forgotten(id, state().forgotten.length + 1));
      done(id);
      return { status: 200, body: state().forgotten[0] };
    }
    if (body.version !== one.version) return refuse(409, "changed");
    Object.assign(one, body, { version: one.version + 1 });
    return done(id);
  }
  function importFile(token) {
    if (token && state().imported !== token) return refuse(409, "changed");
    state().imported = `T-${state().board.customers}`;
    if (token) done("K-12");
    return { status: 200, body: imported(state().imported, Boolean(token)) };
  }
  function done(id) {
    state().board.customers += 1;
    changed();
    return { status: 200, body: { customer: id } };
  }
  return { list, read, order, change };
}
