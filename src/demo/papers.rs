//! Shell. What the offices of the demonstration are set up with.

use super::town::{MESSAGE_NUMBER, OFFICE_NUMBER, STAFF};
use std::net::SocketAddr;

const ALWAYS_OPEN: &str = r#"
[hours]
mon = ["00:00-24:00"]
tue = ["00:00-24:00"]
wed = ["00:00-24:00"]
thu = ["00:00-24:00"]
fri = ["00:00-24:00"]
sat = ["00:00-24:00"]
sun = ["00:00-24:00"]
holidays = false
"#;

/// The office of the demonstration; its mailbox lies where `mailbox` says.
pub(super) fn office_toml(provider: SocketAddr, password: &str, mailbox: &str) -> String {
    let people: String = STAFF.iter().enumerate().map(|(index, (id, name, _))| {
        let role = if index == 0 { "owner" } else { "agent" };
        format!("\n[[person]]\nid = \"{id}\"\nname = \"{name}\"\nrole = \"{role}\"\npassword = \"{password}\"\nextension = \"{}\"\n[[person.phone]]\nid = \"{id}-desk\"\nsecret = \"demo-{id}\"\n", 11 + index)
    }).collect();
    format!(
        r#"[office]
name = "Hansen VVS"
language = "en"
country = "DK"
time_zone = "Europe/Copenhagen"
{ALWAYS_OPEN}{people}
[[trunk]]
id = "provider"
host = "{provider}"
transport = "udp"
register = true
user = "{OFFICE_NUMBER}"
secret = "demo-provider"
numbers = ["+45{OFFICE_NUMBER}"]
channels = 20

[[trunk]]
id = "messages"
host = "{provider}"
transport = "udp"
register = true
user = "{MESSAGE_NUMBER}"
secret = "demo-provider"
numbers = ["+45{MESSAGE_NUMBER}"]
channels = 4

[[group]]
id = "main"
name = "Main line"
strategy = "everyone"
wrap_up = "1s"
members = [{{ person = "anna" }}, {{ person = "bo" }}, {{ person = "carla" }}]

[[number]]
number = "+45{OFFICE_NUMBER}"
to = "group:main"
welcome = true

[[number]]
number = "+45{MESSAGE_NUMBER}"
to = "voicemail:main"
welcome = false
{mailbox}"#
    )
}

/// The provider, as an office that has the other as its phone.
pub(super) fn provider_toml() -> String {
    format!(
        r#"[office]
name = "Provider"
language = "en"
country = "DK"
time_zone = "Europe/Copenhagen"
{ALWAYS_OPEN}
[[person]]
id = "office"
name = "The office"
role = "agent"
[[person.phone]]
id = "{OFFICE_NUMBER}"
secret = "demo-provider"
[[person.phone]]
id = "{MESSAGE_NUMBER}"
secret = "demo-provider"
"#
    )
}

/// A phone of the staff, as an office with one trunk.
pub(super) fn phone_toml(id: &str, office: SocketAddr) -> String {
    format!(
        r#"[office]
name = "{id}"
language = "en"
country = "DK"
time_zone = "Europe/Copenhagen"
{ALWAYS_OPEN}
[[trunk]]
id = "office"
host = "{office}"
transport = "udp"
register = true
user = "{id}-desk"
secret = "demo-{id}"
channels = 4
"#
    )
}
