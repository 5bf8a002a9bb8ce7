//! The members of an event, their types, and their accessors.

/// The objects whose members have a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Event,
    Context,
    Identity,
    Http,
    WebSocket,
}

/// What a value is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    /// An object whose members have a meaning, or `null` or `[]`.
    Object(Object),
    /// A string, or `null`.
    Text,
    /// A map of names and values, or `null` or `[]`. In a query `true` is an absent value.
    Map { is_query: bool },
    /// A string, an object or an array, or `null`.
    Body,
    /// A boolean, also as a string, or `null`.
    Flag,
    /// Any value, kept as raw text, or `null`.
    Raw,
    /// A list of strings, or `null`.
    Cookies,
}

/// A member with a meaning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// The accessor, or for a member that is used only if another one is absent, a name of its own
    /// with a dot. Members with the same accessor exclude each other.
    pub(super) field: &'static str,
    /// The name that errors use.
    pub(super) path: &'static str,
    pub(super) role: Role,
}

impl Object {
    /// The accessor of its unknown members.
    pub(super) fn extras(self) -> &'static str {
        match self {
            Object::Event => "extras",
            Object::Context => "context_extras",
            Object::Identity => "identity_extras",
            Object::Http => "http_extras",
            Object::WebSocket => "websocket_extras",
        }
    }

    pub(super) fn member(self, name: &str) -> Option<Member> {
        let (field, path, role) = match self {
            Object::Event => event(name)?,
            Object::Context => context(name)?,
            Object::Identity => identity(name)?,
            Object::Http => http(name)?,
            Object::WebSocket => websocket(name)?,
        };
        Some(Member { field, path, role })
    }
}

type Entry = (&'static str, &'static str, Role);

fn event(name: &str) -> Option<Entry> {
    let query = Role::Map { is_query: true };
    let map = Role::Map { is_query: false };
    Some(match name {
        "requestContext" => ("context", "requestContext", Role::Object(Object::Context)),
        "websocket" => ("websocket", "websocket", Role::Object(Object::WebSocket)),
        "headers" => ("headers", "headers", map),
        "multiValueHeaders" => ("multi.headers", "multiValueHeaders", map),
        "queryString" => ("query", "queryString", query),
        "queryStringParameters" => ("declared_query", "queryStringParameters", query),
        "multiValueQueryStringParameters" => {
            ("multi.query", "multiValueQueryStringParameters", query)
        }
        "pathParameters" => ("path_parameters", "pathParameters", map),
        "headerParameters" => ("declared_headers", "headerParameters", map),
        "headersParameters" => ("alias.headers", "headersParameters", map),
        "stageVariables" => ("stage_variables", "stageVariables", map),
        "cookies" => ("cookie_list", "cookies", Role::Cookies),
        "path" => ("path", "path", Role::Text),
        "rawPath" => ("raw.path", "rawPath", Role::Text),
        "routeKey" => ("event.route_key", "routeKey", Role::Text),
        "resource" => ("event.resource", "resource", Role::Text),
        "httpMethod" => ("method", "httpMethod", Role::Text),
        "query" => ("raw_query", "query", Role::Text),
        "rawQueryString" => ("raw.query", "rawQueryString", Role::Text),
        "isBase64Encoded" | "isBase64" | "is_base64_encoded" => {
            let path = match name {
                "isBase64" => "isBase64",
                "is_base64_encoded" => "is_base64_encoded",
                _ => "isBase64Encoded",
            };
            ("is_base64", path, Role::Flag)
        }
        "body" => ("body", "body", Role::Body),
        _ => return None,
    })
}

fn context(name: &str) -> Option<Entry> {
    Some(match name {
        "identity" => ("identity", "requestContext.identity", Role::Object(Object::Identity)),
        "http" => ("http", "requestContext.http", Role::Object(Object::Http)),
        "serviceId" => ("api_id", "requestContext.serviceId", Role::Text),
        "apiId" => ("context.api_id", "requestContext.apiId", Role::Text),
        "serviceName" => ("service_name", "requestContext.serviceName", Role::Text),
        "path" => ("route", "requestContext.path", Role::Text),
        "httpMethod" => ("route_method", "requestContext.httpMethod", Role::Text),
        "requestId" => ("request_id", "requestContext.requestId", Role::Text),
        "sourceIp" => ("source_ip", "requestContext.sourceIp", Role::Text),
        "stage" => ("stage", "requestContext.stage", Role::Text),
        "domainName" => ("domain_name", "requestContext.domainName", Role::Text),
        "accountId" => ("account_id", "requestContext.accountId", Role::Text),
        "connectionId" => ("context.connection_id", "requestContext.connectionId", Role::Text),
        "eventType" => ("context.event_type", "requestContext.eventType", Role::Text),
        "routeKey" => ("route_key", "requestContext.routeKey", Role::Text),
        "messageId" => ("message_id", "requestContext.messageId", Role::Text),
        "protocol" => ("context.protocol", "requestContext.protocol", Role::Text),
        "authorizer" => ("authorizer", "requestContext.authorizer", Role::Raw),
        "requestTimeEpoch" => ("time.request", "requestContext.requestTimeEpoch", Role::Raw),
        "timeEpoch" => ("time.epoch", "requestContext.timeEpoch", Role::Raw),
        _ => return None,
    })
}

fn identity(name: &str) -> Option<Entry> {
    Some(match name {
        "secretId" => ("secret_id", "requestContext.identity.secretId", Role::Text),
        "sourceIp" => ("identity.source_ip", "requestContext.identity.sourceIp", Role::Text),
        "userAgent" => ("identity.user_agent", "requestContext.identity.userAgent", Role::Text),
        "clientCert" => ("client_certificate", "requestContext.identity.clientCert", Role::Raw),
        _ => return None,
    })
}

fn http(name: &str) -> Option<Entry> {
    Some(match name {
        "method" => ("http.method", "requestContext.http.method", Role::Text),
        "path" => ("full_path", "requestContext.http.path", Role::Text),
        "protocol" => ("protocol", "requestContext.http.protocol", Role::Text),
        "sourceIp" => ("http.source_ip", "requestContext.http.sourceIp", Role::Text),
        "userAgent" => ("user_agent", "requestContext.http.userAgent", Role::Text),
        _ => return None,
    })
}

fn websocket(name: &str) -> Option<Entry> {
    Some(match name {
        "action" => ("event_type", "websocket.action", Role::Text),
        "secConnectionID" => ("connection_id", "websocket.secConnectionID", Role::Text),
        "secWebSocketProtocol" => {
            ("websocket_protocol", "websocket.secWebSocketProtocol", Role::Text)
        }
        "secWebSocketExtensions" => {
            ("websocket_extensions", "websocket.secWebSocketExtensions", Role::Text)
        }
        "dataType" => ("data_type", "websocket.dataType", Role::Text),
        "data" => ("websocket.data", "websocket.data", Role::Text),
        _ => return None,
    })
}
