//! The struct that every reader fills, with all fields of an HTTP event. `shims/event.h` has the
//! same fields in the same order.

// generated: fields
/// Strings. The readers in C fill those that events of AWS alone have.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)]
pub(crate) enum Text {
    Method,
    Path,
    FullPath,
    Route,
    RouteMethod,
    RouteKey,
    Stage,
    RequestId,
    ApiId,
    ServiceName,
    DomainName,
    AccountId,
    SourceIp,
    UserAgent,
    Protocol,
    SecretId,
    RawQuery,
    Authorizer,
    ClientCertificate,
    EventType,
    ConnectionId,
    MessageId,
    DataType,
    WebsocketProtocol,
    WebsocketExtensions,
    Body,
}

/// The number of them.
pub(crate) const TEXTS: usize = 26;

/// Maps. The readers in C fill those that events of AWS alone have.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)]
pub(crate) enum Map {
    Headers,
    Query,
    PathParameters,
    StageVariables,
    CookieList,
    DeclaredQuery,
    DeclaredHeaders,
    SingleHeaders,
    SingleQuery,
}

/// The number of them.
pub(crate) const MAPS: usize = 9;

/// Returns the strings of an event.
pub(crate) fn texts<'a>(
    event: &apigw::Event<'a>,
    body: Option<&'a str>,
) -> [Option<&'a str>; TEXTS] {
    [
        event.method(),
        event.path(),
        event.full_path(),
        event.route(),
        event.route_method(),
        event.route_key(),
        event.stage(),
        event.request_id(),
        event.api_id(),
        event.service_name(),
        event.domain_name(),
        event.account_id(),
        event.source_ip(),
        event.user_agent(),
        event.protocol(),
        event.secret_id(),
        event.raw_query(),
        event.authorizer(),
        event.client_certificate(),
        event.event_type(),
        event.connection_id(),
        event.message_id(),
        event.data_type(),
        event.websocket_protocol(),
        event.websocket_extensions(),
        body,
    ]
}

/// Returns the maps of an event.
pub(crate) fn maps<'a>(event: &apigw::Event<'a>) -> [apigw::Pairs<'a>; MAPS] {
    [
        event.headers(),
        event.query(),
        event.path_parameters(),
        event.stage_variables(),
        event.cookie_list(),
        event.declared_query(),
        event.declared_headers(),
        event.single_headers(),
        event.single_query(),
    ]
}
// generated: end

/// Names and values. A repeated name is a repeated pair, and a bare name has no value.
pub(crate) type Pairs<T> = Vec<(T, Option<T>)>;

/// An event whose strings have the type `T`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields<T> {
    pub(crate) texts: [Option<T>; TEXTS],
    pub(crate) maps: [Pairs<T>; MAPS],
    pub(crate) is_base64: bool,
}

impl<T: AsRef<str>> Fields<T> {
    /// Returns a copy that owns its strings.
    pub(crate) fn to_owned(&self) -> Fields<String> {
        let own = |text: &T| text.as_ref().to_owned();
        let own_pair = |(name, value): &(T, Option<T>)| (own(name), value.as_ref().map(own));
        Fields {
            texts: self.texts.each_ref().map(|text| text.as_ref().map(own)),
            maps: self.maps.each_ref().map(|pairs| pairs.iter().map(own_pair).collect()),
            is_base64: self.is_base64,
        }
    }
}

impl Fields<&str> {
    /// Clears all fields, and keeps the memory of the maps for strings of another lifetime.
    pub(crate) fn recycle<'a>(self) -> Fields<&'a str> {
        // The standard library collects into the memory of the elements.
        let recycle = |mut pairs: Pairs<&str>| {
            pairs.clear();
            pairs.into_iter().map(|_| unreachable!("it was cleared")).collect()
        };
        Fields { maps: self.maps.map(recycle), ..Fields::default() }
    }
}
