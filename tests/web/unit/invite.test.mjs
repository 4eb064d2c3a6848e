import assert from "node:assert/strict";
import { test } from "node:test";
import { fault } from "../../../static/js/door/invite-facts.js";

test("a password is chosen twice, and is long enough", () => {
  const long = "a short sentence";
  const cases = [["", "", "invite.empty"], ["123456789", "123456789", "invite.short"], ["四個漢字不夠長", "四個漢字不夠長", "invite.short"], [long, "", "invite.differ"], [long, `${long}.`, "invite.differ"], [long, long, null], ["1234567890", "1234567890", null]];
  for (const [password, again, sentence] of cases) assert.equal(fault(password, again), sentence, password);
});
