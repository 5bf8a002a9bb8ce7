//! Which `Host` and `Origin` a listener accepts.
//!
//! A web page can have its own name resolve to this machine (DNS rebinding); its requests then
//! have that name as `Host`. An address or `localhost` cannot be rebound. A page of another site
//! can also send requests straight to an address; these have its `Origin`.

use std::net::IpAddr;

use hyper::header::{self, HeaderMap};
use hyper::http::uri::Authority;
use hyper::{Request, StatusCode};

/// The hosts that a gateway serves.
#[derive(Debug)]
pub(crate) struct Hosts {
    names: Vec<String>,
    /// Whether addresses of other machines are accepted too.
    has_all_addresses: bool,
    has_all_origins: bool,
}

/// Why a request is refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Hosts {
    /// The hosts of a listener: loopback addresses, `localhost` and the names given. A listener
    /// that other machines reach also accepts any other address.
    pub(crate) fn new(listen: IpAddr, names: Vec<String>, has_all_origins: bool) -> Hosts {
        Hosts { names, has_all_addresses: !listen.is_loopback(), has_all_origins }
    }

    /// Checks that a request has exactly one `Host`, and that it is one of these.
    pub(crate) fn check<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            let message = "a request has exactly one header Host".into();
            return Err(Refusal { status: StatusCode::BAD_REQUEST, message });
        };
        let host = host.to_str().unwrap_or_default();
        let target = request.uri().authority().map(Authority::as_str);
        let refused = [Some(host), target].into_iter().flatten().find(|host| !self.has(host));
        match refused {
            None => Ok(()),
            Some(host) => Err(Refusal {
                status: StatusCode::MISDIRECTED_REQUEST,
                message: format!("the host \"{host}\" is not served here: see --allow-host"),
            }),
        }
    }

    /// Checks that a page that opens a WebSocket comes from one of these hosts. Programs that are
    /// not browsers send no `Origin`.
    pub(crate) fn check_origin(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let is_served = |origin: &str| match origin.split_once("://") {
            Some((_, authority)) => self.has(authority),
            None => false,
        };
        let mut origins =
            headers.get_all(header::ORIGIN).iter().map(|it| it.to_str().unwrap_or_default());
        match origins.find(|origin| !self.has_all_origins && !is_served(origin)) {
            None => Ok(()),
            Some(origin) => Err(Refusal {
                status: StatusCode::FORBIDDEN,
                message: format!(
                    "pages of \"{origin}\" may not connect: see --allow-host and --allow-any-origin"
                ),
            }),
        }
    }

    /// Checks a request to the runtime API, which is for functions and not for browsers.
    pub(crate) fn check_runtime<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        self.check(request)?;
        // A browser sends no origin when a page of another site GETs an image.
        let headers = request.headers();
        if headers.contains_key(header::ORIGIN) || headers.contains_key("sec-fetch-site") {
            let message = "the runtime API is for functions, not for pages of a browser".into();
            return Err(Refusal { status: StatusCode::FORBIDDEN, message });
        }
        Ok(())
    }

    fn has(&self, authority: &str) -> bool {
        let Some(host) = host(authority) else { return false };
        let is_named = self.names.iter().any(|name| name.eq_ignore_ascii_case(&host));
        is_named
            || is_localhost(&host)
            || address(&host).is_some_and(|address| {
                self.has_all_addresses || address.to_canonical().is_loopback()
            })
    }
}

/// Whether a name is `localhost` or one of those below it, which do not leave this machine
/// (RFC 6761 section 6.3): functions have them as their own addresses.
fn is_localhost(host: &str) -> bool {
    const NAME: &str = "localhost";
    let Some(at) = host.len().checked_sub(NAME.len()) else { return false };
    let (before, end) = host.as_bytes().split_at(at);
    end.eq_ignore_ascii_case(NAME.as_bytes()) && (before.is_empty() || before.ends_with(b"."))
}

/// Whether a request names this machine: by an address, or as `localhost`.
pub(crate) fn is_own_host(headers: &HeaderMap) -> bool {
    let sent = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host(sent);
    host.is_some_and(|host| host.eq_ignore_ascii_case("localhost") || address(&host).is_some())
}

/// The host of an authority, without its port.
fn host(authority: &str) -> Option<String> {
    let authority: Authority = authority.parse().ok()?;
    // What comes before an @ is not the host, but may look like one.
    (!authority.as_str().contains('@')).then(|| authority.host().to_owned())
}

fn address(host: &str) -> Option<IpAddr> {
    let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    inside.unwrap_or(host).parse().ok()
}
