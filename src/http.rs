//! Events as requests, and responses, of the `http` crate, which other libraries use.

use core::fmt;

use ::http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use ::http::uri::PathAndQuery;
use ::http::{Method, Request, Uri};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::encode::{EncodeError, Encoder, Response};
use crate::error::Error;
use crate::record::event::{Body, Event, WebSocketPhase};
use crate::record::kinds::Dialect;

impl<'a> Event<'a> {
    /// Converts the event to a request: method, URI, headers, and the bytes of the body, which are
    /// empty if there is no body.
    ///
    /// The URI is path and query. The header `host` does not become part of it, as in a request
    /// that a server receives.
    ///
    /// * The path is unchanged, except that bytes that no URI may contain are percent-encoded,
    ///   including a `%` that does not begin an escape. A `/` is put in front if the path does not
    ///   begin with one.
    /// * The query is [`Event::raw_query`], or else [`Event::query`], percent-encoded, with bare
    ///   keys.
    /// * The cookies of [`Event::cookie_list`] become one header `cookie`.
    /// * A header without a value gets an empty one.
    /// * A well-known method is in upper case.
    /// * A load balancer sends method, path and query in the headers `X-Method` and `X-Uri`, if it
    ///   is configured to. Otherwise the path is `/`, and the method `POST` with a body and `GET`
    ///   without one.
    /// * The event of a WebSocket handshake is that request. Messages, and events that are no
    ///   requests, such as those of authorizers, are refused.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(
    ///     br#"{"httpMethod":"POST","path":"/my cats","queryString":{"tag":["a&b","c"],"all":true},
    ///         "headers":{"content-type":"text/plain"},"body":"bWVvdw==","isBase64Encoded":true}"#,
    /// )?;
    /// let request = event.http_request()?;
    /// assert_eq!(request.method(), http::Method::POST);
    /// assert_eq!(request.uri(), "/my%20cats?tag=a%26b&tag=c&all");
    /// assert_eq!(request.headers()["content-type"], "text/plain");
    /// assert_eq!(request.body(), b"meow");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn http_request(&self) -> Result<Request<&'a [u8]>, HttpError> {
        let line = RequestLine::of(self)?;
        let method = line.method.as_bytes();
        let method = Method::from_bytes(method).map_err(|_| HttpError::InvalidMethod)?;
        let uri = uri(self, &line)?;
        let headers = headers(self)?;
        let body = self.bytes().map_err(HttpError::Body)?;
        let mut request = Request::new(body.unwrap_or_default());
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// The reason why an event cannot be converted to a request of the `http` crate.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// The event has no method: it is not that of a request.
    MissingMethod,
    /// The events of this dialect are not requests.
    NotARequest(Dialect),
    /// The method is not a token (RFC 9110 section 9.1).
    InvalidMethod,
    /// Path and query are longer than 65 534 bytes after percent-encoding.
    UriTooLong,
    /// The name of the header with this index in [`Event::headers`] is not a token (RFC 9110
    /// section 5.1).
    InvalidHeaderName(usize),
    /// The value of the header with this index in [`Event::headers`] contains a control character
    /// (RFC 9110 section 5.5).
    InvalidHeaderValue(usize),
    /// A cookie contains a control character.
    InvalidCookie,
    /// There are more headers than a [`HeaderMap`] can contain.
    TooManyHeaders,
    /// The body is marked as base64 but is not valid base64.
    Body(Error),
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HttpError::MissingMethod => f.write_str("the event has no method"),
            HttpError::NotARequest(dialect) => {
                write!(f, "an event of the dialect {dialect} is not a request")
            }
            HttpError::InvalidMethod => f.write_str("the method is not a token"),
            HttpError::UriTooLong => f.write_str("path and query are too long for a URI"),
            HttpError::InvalidHeaderName(index) => {
                write!(f, "the name of header {index} is not a token")
            }
            HttpError::InvalidHeaderValue(index) => {
                write!(f, "the value of header {index} has a control character")
            }
            HttpError::InvalidCookie => f.write_str("a cookie has a control character"),
            HttpError::TooManyHeaders => f.write_str("the event has too many headers"),
            HttpError::Body(_) => f.write_str("the body cannot be decoded"),
        }
    }
}

impl std::error::Error for HttpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            HttpError::Body(error) => Some(error),
            _ => None,
        }
    }
}

/// The characters that are encoded in a query (RFC 3986 section 3.4). `%` is handled separately.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The characters that are encoded in a path (RFC 3986 section 3.3).
const PATH: &AsciiSet = &QUERY.add(b'?');

/// The characters that are encoded in a path that the gateway has decoded.
const DECODED_PATH: &AsciiSet = &PATH.add(b'%');

/// All except the unreserved characters (RFC 3986 section 2.3).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Method, path and query as the event has them.
struct RequestLine<'a> {
    method: &'a str,
    path: &'a str,
    /// Whether the path is percent-decoded.
    is_decoded: bool,
    /// The query, if it is not in pairs.
    raw_query: Option<&'a str>,
}

impl<'a> RequestLine<'a> {
    fn of(event: &Event<'a>) -> Result<RequestLine<'a>, HttpError> {
        let dialect = event.dialect();
        let (method, path) = match (dialect, event.websocket_phase()) {
            (Dialect::TencentClb, _) => return Ok(RequestLine::of_balancer(event)),
            (
                Dialect::NotHttp
                | Dialect::AwsTokenAuthorizer
                | Dialect::AwsRequestAuthorizer
                | Dialect::AwsHttpApiAuthorizer,
                _,
            ) => return Err(HttpError::NotARequest(dialect)),
            (_, Some(WebSocketPhase::Message | WebSocketPhase::Close)) => (None, None),
            (Dialect::TencentWebSocket, Some(_)) => (event.route_method(), event.route()),
            // The event of AWS has neither: every handshake is a GET.
            (Dialect::AwsWebSocket, Some(_)) => (event.method().or(Some("GET")), event.path()),
            _ => (event.method(), event.path()),
        };
        let method = canonical(method.ok_or(HttpError::MissingMethod)?);
        let path = path.unwrap_or_default();
        let is_decoded = event.is_path_decoded();
        Ok(RequestLine { method, path, is_decoded, raw_query: event.raw_query() })
    }

    fn of_balancer(event: &Event<'a>) -> RequestLine<'a> {
        let has_body = !matches!(event.body(), Body::Absent | Body::Text("") | Body::Base64(""));
        let default = if has_body { "POST" } else { "GET" };
        let method = event.header("x-method").filter(|method| !method.is_empty());
        let target = event.header("x-uri").unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let method = canonical(method.unwrap_or(default));
        RequestLine { method, path, is_decoded: false, raw_query: Some(query) }
    }
}

/// A well-known method in upper case: they are compared with case.
fn canonical(method: &str) -> &str {
    let known = crate::Method::ALL.into_iter().filter(|known| *known != crate::Method::Other);
    let mut names = known.map(crate::Method::name);
    names.find(|name| name.eq_ignore_ascii_case(method)).unwrap_or(method)
}

fn uri(event: &Event<'_>, line: &RequestLine<'_>) -> Result<Uri, HttpError> {
    let mut uri = String::new();
    if !line.path.starts_with('/') {
        uri.push('/');
    }
    if line.is_decoded {
        uri.extend(utf8_percent_encode(line.path, DECODED_PATH));
    } else {
        encode_once(line.path, PATH, &mut uri);
    }
    if let Some(raw) = line.raw_query {
        if !raw.is_empty() {
            uri.push('?');
            encode_once(raw, QUERY, &mut uri);
        }
    } else {
        let mut before = '?';
        for (name, value) in event.query() {
            uri.push(before);
            uri.extend(utf8_percent_encode(name, COMPONENT));
            if let Some(value) = value {
                uri.push('=');
                uri.extend(utf8_percent_encode(value, COMPONENT));
            }
            before = '&';
        }
    }
    // Only visible ASCII without `#` is left, so only the length can be wrong.
    let path_and_query = PathAndQuery::try_from(uri).map_err(|_| HttpError::UriTooLong)?;
    Ok(path_and_query.into())
}

/// Encodes the characters of the set, except in escapes that are already percent-encoded.
fn encode_once(text: &str, set: &'static AsciiSet, out: &mut String) {
    for (i, piece) in text.split('%').enumerate() {
        if i > 0 {
            let digits = piece.as_bytes().get(..2);
            let is_escape = digits.is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit));
            out.push_str(if is_escape { "%" } else { "%25" });
        }
        out.extend(utf8_percent_encode(piece, set));
    }
}

fn headers(event: &Event<'_>) -> Result<HeaderMap, HttpError> {
    let mut headers = HeaderMap::new();
    headers.try_reserve(event.headers().len()).map_err(|_| HttpError::TooManyHeaders)?;
    for (index, (name, value)) in event.headers().iter().enumerate() {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| HttpError::InvalidHeaderName(index))?;
        let value = HeaderValue::from_bytes(value.unwrap_or_default().as_bytes())
            .map_err(|_| HttpError::InvalidHeaderValue(index))?;
        headers.try_append(name, value).map_err(|_| HttpError::TooManyHeaders)?;
    }
    let mut cookies = String::new();
    for (name, value) in event.cookie_list() {
        let separator = if cookies.is_empty() { "" } else { "; " };
        cookies.extend([separator, name]);
        cookies.extend(value.into_iter().flat_map(|value| ["=", value]));
    }
    if !cookies.is_empty() {
        let value = HeaderValue::try_from(cookies).map_err(|_| HttpError::InvalidCookie)?;
        headers.try_append(COOKIE, value).map_err(|_| HttpError::TooManyHeaders)?;
    }
    Ok(headers)
}

impl Encoder {
    /// Encodes a response of the `http` crate into the encoder's own memory, as [`Encoder::encode`]
    /// does.
    ///
    /// Headers are in the iteration order of the map. Up to 64 of them need no allocation. If the
    /// extensions of the response contain a [`Dialect`], the response is written for that kind of
    /// gateway.
    ///
    /// ```
    /// let response = http::Response::builder()
    ///     .status(404)
    ///     .header("content-type", "text/plain")
    ///     .body("no such cat")?;
    ///
    /// let mut encoder = apigw::Encoder::new();
    /// let expected = concat!(
    ///     r#"{"isBase64Encoded":false,"statusCode":404,"#,
    ///     r#""headers":{"content-type":"text/plain"},"body":"no such cat"}"#,
    /// );
    /// assert_eq!(encoder.encode_http(&response)?, expected.as_bytes());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn encode_http(
        &mut self,
        response: &::http::Response<impl AsRef<[u8]>>,
    ) -> Result<&[u8], EncodeError> {
        with_response(response, |response| self.encode(response))
    }

    /// Encodes a response of the `http` crate and appends it to `out`. After an error `out` is
    /// unchanged.
    pub fn encode_http_to_vec(
        &mut self,
        response: &::http::Response<impl AsRef<[u8]>>,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        with_response(response, |response| self.encode_to_vec(response, out))
    }
}

/// The maximum number of headers that are listed on the stack.
const FEW: usize = 64;

fn with_response<T>(
    response: &::http::Response<impl AsRef<[u8]>>,
    encode: impl FnOnce(&Response<'_>) -> T,
) -> T {
    let headers = response.headers();
    let pairs = headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()));
    let mut few: [(&[u8], &[u8]); FEW] = [(b"", b""); FEW];
    let many: Vec<_>;
    let listed = if headers.len() <= FEW {
        few.iter_mut().zip(pairs).for_each(|(slot, pair)| *slot = pair);
        &few[..headers.len()]
    } else {
        many = pairs.collect();
        &many[..]
    };
    let dialect = response.extensions().get().copied().unwrap_or(Dialect::TencentApiGateway);
    encode(
        &Response::new(response.status().as_u16())
            .headers(&listed)
            .body(response.body())
            .dialect(dialect),
    )
}
