//! Shell. HTTP: the JSON API, the live feed and the screens, over plain HTTP and over HTTPS with the
//! box's own certificate authority.
//!
//! It decides nothing about calls: commands go to the switchboard, history comes from the store's
//! readers, and what a browser shows is a projection.

mod api;
mod assets;
mod early;
mod guard;
mod listen;
mod live;
pub mod problem;
mod qr;
mod range;
mod session;
mod setup;
mod sheet;
mod show;
mod throttle;
mod tls;
pub mod totp;
pub mod wire;

pub use early::Early;
pub use listen::{Bound, Serving, WebConfig, WebError, serve};
pub use session::Road;
pub use setup::SetUpCode;
pub use tls::{address_of_machine, certificate};

use crate::figures::Figures;
use crate::ids::MailboxId;
use crate::office::desk::{Actor, Command};
use crate::settings::Language;
use crate::store::Reader;
use crate::store::settings_desk::SettingsDesk;
use crate::switchboard::handle::Handle;
use crate::time::Now;
use axum::Router;
use axum::http::{HeaderMap, header};
use problem::Problem;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};
use tokio::sync::Semaphore;

const HASHED_AT_ONCE: usize = 2;
/// About a second's worth on a small board.
const HASHES_WAITING_MAX: usize = 16;

/// What follows the question mark of an address; what cannot be read is answered as a problem.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
struct Query<T>(T);

/// What stands in an address; what cannot be read is nothing we have.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
struct Path<T>(T);

/// What the web holds of the rest of the program.
#[derive(Clone)]
pub struct Deps {
    pub handle: Handle,
    pub reader: Reader,
    pub figures: Figures,
    pub settings: SettingsDesk,
    /// The switchboard's clock.
    pub now: Arc<dyn Fn() -> Now + Send + Sync>,
    /// `None`: the office is set up already.
    pub setup_code: Option<SetUpCode>,
    /// The data folder: messages in `voicemail/`, the owner's own prompts in `sounds/`.
    pub data: PathBuf,
    /// How providers of mail are asked for consent.
    pub mail: crate::mail::World,
}

/// Everything handlers may touch.
pub struct Web {
    handle: Handle,
    reader: Reader,
    figures: Figures,
    settings: SettingsDesk,
    now: Arc<dyn Fn() -> Now + Send + Sync>,
    throttle: Mutex<throttle::Throttle>,
    /// Password hashes at once: each takes 19 MiB and a core.
    hashing: Semaphore,
    /// Those being hashed and those waiting for it.
    hashing_line: Semaphore,
    /// Feeds open at once.
    feeds: Arc<Semaphore>,
    pictures: live::Pictures,
    setup: setup::SetUp,
    seconds: api::Seconds,
    data: PathBuf,
    mail: crate::mail::World,
    /// Consents to mail that were begun, one a mailbox.
    consents: tokio::sync::Mutex<BTreeMap<MailboxId, Arc<api::Begun>>>,
    /// One file after the other is counted among those of a mail.
    attaching: tokio::sync::Mutex<()>,
    /// A file with customers is taken, and no other.
    importing: tokio::sync::Mutex<()>,
    /// The certificate of the box's authority in PEM, once HTTPS stands.
    authority: OnceLock<String>,
    https: OnceLock<SocketAddr>,
}

impl Web {
    fn new(deps: Deps) -> Arc<Web> {
        Arc::new(Web {
            handle: deps.handle,
            reader: deps.reader,
            figures: deps.figures,
            settings: deps.settings,
            now: deps.now,
            throttle: Mutex::default(),
            hashing: Semaphore::new(HASHED_AT_ONCE),
            hashing_line: Semaphore::new(HASHED_AT_ONCE + HASHES_WAITING_MAX),
            feeds: Arc::new(Semaphore::new(live::FEEDS_MAX)),
            pictures: live::Pictures::default(),
            setup: setup::SetUp::new(deps.setup_code),
            seconds: api::Seconds::default(),
            data: deps.data,
            mail: deps.mail,
            attaching: tokio::sync::Mutex::default(),
            importing: tokio::sync::Mutex::default(),
            consents: tokio::sync::Mutex::default(),
            authority: OnceLock::new(),
            https: OnceLock::new(),
        })
    }

    /// The reader's language: what the browser wishes, else the office's.
    fn language(&self, headers: &HeaderMap) -> Language {
        let wish = headers.get(header::ACCEPT_LANGUAGE).and_then(|wish| wish.to_str().ok());
        let office = || self.settings.current().map(|settings| settings.office.language);
        wish.and_then(crate::i18n::accepted).or_else(office).unwrap_or(Language::En)
    }

    /// The address of the screens, as who asks for them wrote it.
    fn screens(&self, headers: &HeaderMap, road: Road) -> String {
        let scheme = if road == Road::Https { "https" } else { "http" };
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        format!("{scheme}://{}", host.unwrap_or("localhost"))
    }

    /// Asks the office.
    async fn ask(&self, who: Actor, command: Command) -> Result<axum::Json<wire::Done>, Problem> {
        Ok(axum::Json(show::done(self.handle.desk(who, command).await??)))
    }
}

/// The whole of it without a socket: tests ask it directly. Requests need the extensions
/// `ConnectInfo<SocketAddr>` and [`Road`], which a listener adds.
pub fn router(deps: Deps) -> Router {
    assemble(&Web::new(deps))
}

/// The description of the API, generated from the code.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api::routes().split_for_parts().1
}

fn assemble(web: &Arc<Web>) -> Router {
    let (api, _) = api::routes().split_for_parts();
    let pages = assets::routes();
    let all = api.merge(pages).fallback(|| async { Problem::not_found() });
    let all = all.method_not_allowed_fallback(|| async { Problem::method_not_allowed() });
    guard::around(all, web).with_state(web.clone())
}
