//! Shell. The listeners: bounded connections, headers within ten seconds, HTTPS whose certificate
//! follows the machine's addresses.

use super::tls::{self, Authority, Names, TlsError};
use super::{Deps, Early, Road, Web, assemble};
use axum::middleware::AddExtension;
use axum::{Extension, Router};
use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use hyper_util::rt::TokioTimer;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Layer;
use tracing::{error, info, warn};

/// Connections at once on each listener; one more is closed unheard.
const CONNECTIONS_MAX: usize = 1_024;
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
const LOOK_AT_ADDRESSES_EVERY: Duration = Duration::from_secs(60);

/// Where to listen.
#[derive(Clone, Debug)]
pub struct WebConfig {
    pub https: SocketAddr,
    /// The data folder; the authority lives in `tls/` there.
    pub data_dir: PathBuf,
}

/// Addresses in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    pub http: SocketAddr,
    pub https: SocketAddr,
}

/// Why there is no web.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error("could not listen on {0}")]
    Bind(SocketAddr, #[source] io::Error),
    #[error("could not prepare HTTPS")]
    Tls(#[from] TlsError),
}

/// The running web.
pub struct Serving {
    pub bound: Bound,
    handles: [Handle<SocketAddr>; 2],
}

impl Serving {
    /// Stops listening; requests get `within` to end.
    pub fn stop(&self, within: Duration) {
        for handle in &self.handles {
            handle.graceful_shutdown(Some(within));
        }
    }
}

/// Starts both listeners on the running runtime; the one of HTTP was open before.
///
/// # Errors
/// An address is taken, or the authority can be neither read nor made.
pub fn serve(config: &WebConfig, http: Early, deps: Deps) -> Result<Serving, WebError> {
    let web = Web::new(deps);
    let authority = Authority::open(&config.data_dir)?;
    let _ = web.authority.set(authority.pem.clone());
    let https = bind(config.https)?;
    let http = http.hand_over();
    let bound = Bound { http: local(&http, config.https)?, https: local(&https, config.https)? };
    let _ = web.https.set(bound.https);
    let (names, now) = (Names::of_machine(), (web.now)().wall);
    let rustls = RustlsConfig::from_config(authority.server(&names, now)?);
    let certificate = Certificate { authority, names, made: now, rustls: rustls.clone() };
    tokio::spawn(certificate.follow(Arc::downgrade(&web)));
    let routes = assemble(&web);
    let handles = [Handle::new(), Handle::new()];
    let plain = axum_server::from_tcp(http).map_err(|cause| WebError::Bind(bound.http, cause))?;
    let plain = plain.http1_only().acceptor(Limited::new()).handle(handles[0].clone());
    let secure = axum_server::from_tcp(https).map_err(|cause| WebError::Bind(config.https, cause))?;
    let acceptor = RustlsAcceptor::new(rustls).handshake_timeout(HEADERS_WITHIN).acceptor(Limited::new());
    let secure = secure.acceptor(acceptor).handle(handles[1].clone());
    run(plain, routes.clone(), Road::Http);
    run(secure, routes, Road::Https);
    Ok(Serving { bound, handles })
}

fn run<A>(mut server: Server<SocketAddr, A>, routes: Router<()>, road: Road)
where
    A: Accept<tokio::net::TcpStream, AddExtension<Router, axum::extract::ConnectInfo<SocketAddr>>>
        + Clone
        + Send
        + Sync
        + 'static,
    A::Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send,
    A::Service: axum_server::service::SendService<axum::http::Request<hyper::body::Incoming>> + Send,
    A::Future: Send,
{
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .keep_alive_interval(HEADERS_WITHIN * 2);
    let service = routes.layer(Extension(road)).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move {
        if let Err(cause) = server.serve(service).await {
            error!(%cause, ?road, "the web stopped listening");
        }
    });
}

pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, WebError> {
    let bind = || {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    bind().map_err(|cause| WebError::Bind(address, cause))
}

fn local(listener: &TcpListener, wanted: SocketAddr) -> Result<SocketAddr, WebError> {
    listener.local_addr().map_err(|cause| WebError::Bind(wanted, cause))
}

/// The certificate in use and what it was made for.
struct Certificate {
    authority: Authority,
    names: Names,
    made: jiff::Timestamp,
    rustls: RustlsConfig,
}

impl Certificate {
    /// Makes a new one when the addresses change or the old one ages.
    async fn follow(mut self, web: Weak<Web>) {
        loop {
            tokio::time::sleep(LOOK_AT_ADDRESSES_EVERY).await;
            let Some(now) = web.upgrade().map(|web| (web.now)().wall) else { return };
            let names = Names::of_machine();
            if names == self.names && !tls::is_old(self.made, now) {
                continue;
            }
            match self.authority.server(&names, now) {
                Ok(config) => {
                    self.rustls.reload_from_config(config);
                    (self.names, self.made) = (names, now);
                    info!("made a new HTTPS certificate for this machine's addresses");
                }
                Err(cause) => warn!(%cause, "could not renew the HTTPS certificate"),
            }
        }
    }
}

/// Lets only so many connections in; the seat is free again when the connection ends.
#[derive(Clone)]
struct Limited(Arc<Semaphore>);

impl Limited {
    fn new() -> Self {
        Self(Arc::new(Semaphore::new(CONNECTIONS_MAX)))
    }
}

type Seat = Arc<OwnedSemaphorePermit>;

impl<I, S> Accept<I, S> for Limited {
    type Stream = I;
    type Service = AddExtension<S, Seat>;
    type Future = std::future::Ready<io::Result<(I, Self::Service)>>;

    fn accept(&self, stream: I, service: S) -> Self::Future {
        let seat = self.0.clone().try_acquire_owned().map(Arc::new);
        let seated = seat.map(|seat| (stream, Extension(seat).layer(service)));
        std::future::ready(seated.map_err(|_| io::ErrorKind::QuotaExceeded.into()))
    }
}
