/** A small office with telephones and a provider around it, for the browser's tests. */
import { serve } from "./program.mjs";
import { Line } from "./sip.mjs";

export const NUMBER = "+4533445566";
const SECRET = "s3cret-enough";
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Anna owns the office, Bo works there; one group, always open, one line to `provider`. */
const officeToml = (providerPort, more) => `
[office]
name = "Hansen VVS"
language = "en"
country = "DK"
time_zone = "Europe/Copenhagen"

[[person]]
id = "anna"
name = "Anna Berg"
role = "owner"
password = "correct horse"
extension = "11"
[[person.phone]]
id = "anna-desk"
secret = "${SECRET}"

[[person]]
id = "bo"
name = "Bo Lund"
role = "agent"
password = "battery staple"
extension = "12"
[[person.phone]]
id = "bo-desk"
secret = "${SECRET}"

[[trunk]]
id = "provider"
host = "127.0.0.1:${providerPort}"
transport = "udp"
register = false
from = ["127.0.0.1/32:${providerPort}"]
numbers = ["${NUMBER}"]
channels = 4

[[group]]
id = "main"
name = "Main line"
strategy = "everyone"
members = [{ person = "anna" }, { person = "bo" }]
ring = "60s"
wrap_up = "1s"

[hours]
${DAYS.map((day) => `${day} = ["00:00-24:00"]`).join("\n")}

[[number]]
number = "${NUMBER}"
to = "group:main"
welcome = false
${more}
`;

/** Everything started and both phones registered. @param {string} [more] of the office, as TOML */
export async function openHouse(more = "") {
  const provider = await Line.open("provider", null);
  const office = await serve(officeToml(provider.port, more));
  provider.office = office.sip;
  const phones = { anna: await Line.open("anna-desk", office.sip), bo: await Line.open("bo-desk", office.sip) };
  await Promise.all(Object.values(phones).map((phone) => phone.register(SECRET)));
  return {
    url: office.url,
    provider,
    phones,
    async close() {
      for (const line of [provider, ...Object.values(phones)]) line.close();
      await office.stop();
    },
  };
}
