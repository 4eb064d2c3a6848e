//! Shell. The board and its feed: whole pictures as server-sent events, made once for all who see the
//! same.

use super::problem::Problem;
use super::session::{Anyone, Known, Pass};
use super::show::{self, Eyes};
use super::{Web, wire};
use crate::office::board::Board;
use crate::office::desk::Actor;
use crate::settings::{Language, Role};
use crate::time::Tick;
use crate::web::Query;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, watch};

/// Feeds open at once; beyond it 503.
pub const FEEDS_MAX: usize = 256;
/// Boards are at least this far apart.
const APART: Duration = Duration::from_millis(100);
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The present board as text, once per eyes and language.
#[derive(Debug, Default)]
pub struct Pictures(Mutex<Made>);

#[derive(Debug, Default)]
struct Made {
    of: Option<Arc<Board>>,
    at: Tick,
    texts: BTreeMap<(Eyes, Language), Arc<str>>,
}

impl Made {
    /// Screens set their clocks by a picture: an old one would make them slow.
    fn is_good(&self, board: &Arc<Board>, now: Tick) -> bool {
        self.of.as_ref().is_some_and(|known| Arc::ptr_eq(known, board)) && now.since(self.at) < APART
    }
}

/// `?view=tv` asks for masked numbers; `lang` for a language, because a feed carries no headers of its own.
#[derive(Deserialize)]
pub struct View {
    view: Option<String>,
    lang: Option<String>,
}

/// The board as it is.
#[utoipa::path(get, path = "/api/v1/board", tag = "board",
    params(("view" = Option<String>, Query, description = "`tv`: numbers masked"),
           ("lang" = Option<String>, Query, description = "of the sentences; else Accept-Language")),
    responses((status = 200, body = wire::Board), (status = 401, body = wire::Problem)))]
pub async fn board(
    State(web): State<Arc<Web>>,
    Anyone(who): Anyone,
    Query(view): Query<View>,
    headers: HeaderMap,
) -> Response {
    let board = web.handle.board().borrow().clone();
    let text = web.picture(&board, eyes(&who, &view), view.language(&web, &headers));
    ([(header::CONTENT_TYPE, "application/json")], text.to_string()).into_response()
}

/// Every board from here on, as `event: board`.
#[utoipa::path(get, path = "/api/v1/live", tag = "board",
    params(("view" = Option<String>, Query, description = "`tv`: numbers masked"),
           ("lang" = Option<String>, Query, description = "of the sentences; else Accept-Language")),
    responses((status = 200, body = wire::Board, content_type = "text/event-stream"),
              (status = 401, body = wire::Problem), (status = 503, body = wire::Problem)))]
pub async fn live(
    State(web): State<Arc<Web>>,
    Known { actor: who, pass }: Known,
    Query(view): Query<View>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let seat = web.feeds.clone().try_acquire_owned();
    let seat = seat.map_err(|_| {
        let text = "Too many screens listen.";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_feeds", text).retry_after(10)
    })?;
    let mut board = web.handle.board();
    board.mark_changed();
    let feed = Feed {
        eyes: eyes(&who, &view),
        language: view.language(&web, &headers),
        pass,
        tokens: web.settings.token_changes(),
        board,
        web,
        _seat: seat,
    };
    let events = stream::unfold((feed, Pace::First), |(feed, pace)| feed.next(pace));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

struct Feed {
    web: Arc<Web>,
    board: watch::Receiver<Arc<Board>>,
    eyes: Eyes,
    language: Language,
    /// The log-in or the token it hangs on.
    pass: Pass,
    tokens: watch::Receiver<u64>,
    _seat: OwnedSemaphorePermit,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    First,
    Later,
}

impl Feed {
    /// The next board; the feed ends with the program, with the log-in and, at once, with the token.
    async fn next(mut self, pace: Pace) -> Option<(Result<Event, Infallible>, (Self, Pace))> {
        if pace == Pace::Later {
            tokio::time::sleep(APART).await;
        }
        loop {
            let is_board = tokio::select! {
                board = self.board.changed() => board.map(|()| true),
                token = self.tokens.changed() => token.map(|()| false),
            };
            let is_board = is_board.ok()?;
            if !self.web.is_good(&self.pass).await {
                return None;
            }
            if is_board {
                break;
            }
        }
        let board = self.board.borrow_and_update().clone();
        let text = self.web.picture(&board, self.eyes, self.language);
        Some((Ok(Event::default().event("board").data(&*text)), (self, Pace::Later)))
    }
}

impl Web {
    /// The board as text; made once per board, eyes and language.
    fn picture(&self, board: &Arc<Board>, eyes: Eyes, language: Language) -> Arc<str> {
        let mut made = self.pictures.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.now)();
        if !made.is_good(board, now.tick) {
            *made = Made { of: Some(board.clone()), at: now.tick, texts: BTreeMap::new() };
        }
        let settings = self.settings.current();
        let make = || {
            let shown = show::board(board, now.wall, settings.as_deref(), eyes, language);
            serde_json::to_string(&shown).expect("a board has only text keys").into()
        };
        made.texts.entry((eyes, language)).or_insert_with(make).clone()
    }
}

impl View {
    fn language(&self, web: &Web, headers: &HeaderMap) -> Language {
        self.lang.as_deref().and_then(crate::i18n::accepted).unwrap_or_else(|| web.language(headers))
    }
}

fn eyes(who: &Actor, view: &View) -> Eyes {
    let is_tv = view.view.as_deref() == Some("tv");
    if is_tv || who.role == Role::Viewer { Eyes::Tv } else { Eyes::Staff }
}
