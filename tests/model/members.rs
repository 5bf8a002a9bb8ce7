//! The members of an event, their types, and their accessors.

/// The objects whose members have a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Object {
    Event,
    Context,
    Identity,
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
    /// Any value: the body in one dialect, and an unknown member in all others.
    Payload,
}

/// A member with a meaning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// The accessor. Members with the same accessor exclude each other.
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
            Object::WebSocket => "websocket_extras",
        }
    }

    pub(super) fn member(self, name: &str) -> Option<Member> {
        let (field, path, role) = match self {
            Object::Event => event(name)?,
            Object::Context => context(name)?,
            Object::Identity => match name {
                "secretId" => ("secret_id", "requestContext.identity.secretId", Role::Text),
                _ => return None,
            },
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
        "queryString" => ("query", "queryString", query),
        "queryStringParameters" => ("declared_query", "queryStringParameters", query),
        "pathParameters" => ("path_parameters", "pathParameters", map),
        "headerParameters" | "headersParameters" => ("declared_headers", "headerParameters", map),
        "stageVariables" => ("stage_variables", "stageVariables", map),
        "path" => ("path", "path", Role::Text),
        "httpMethod" => ("method", "httpMethod", Role::Text),
        "query" => ("raw_query", "query", Role::Text),
        "isBase64Encoded" | "isBase64" => ("is_base64", "isBase64Encoded", Role::Flag),
        "body" => ("body", "body", Role::Body),
        "payload" => ("payload", "payload", Role::Payload),
        _ => return None,
    })
}

fn context(name: &str) -> Option<Entry> {
    Some(match name {
        "identity" => ("identity", "requestContext.identity", Role::Object(Object::Identity)),
        "serviceId" | "apiId" => ("service_id", "requestContext.serviceId", Role::Text),
        "serviceName" => ("service_name", "requestContext.serviceName", Role::Text),
        "path" => ("route", "requestContext.path", Role::Text),
        "httpMethod" => ("route_method", "requestContext.httpMethod", Role::Text),
        "requestId" => ("request_id", "requestContext.requestId", Role::Text),
        "sourceIp" => ("source_ip", "requestContext.sourceIp", Role::Text),
        "stage" => ("stage", "requestContext.stage", Role::Text),
        "domainName" => ("domain_name", "requestContext.domainName", Role::Text),
        "accountId" => ("account_id", "requestContext.accountId", Role::Text),
        "connectionId" => ("connection_id", "requestContext.connectionId", Role::Text),
        _ => return None,
    })
}

fn websocket(name: &str) -> Option<Entry> {
    Some(match name {
        "action" => ("websocket_action", "websocket.action", Role::Text),
        "secConnectionID" => ("connection_id", "websocket.secConnectionID", Role::Text),
        "secWebSocketProtocol" => {
            ("websocket_protocol", "websocket.secWebSocketProtocol", Role::Text)
        }
        "secWebSocketExtensions" => {
            ("websocket_extensions", "websocket.secWebSocketExtensions", Role::Text)
        }
        "dataType" => ("data_type", "websocket.dataType", Role::Text),
        "data" => ("body", "websocket.data", Role::Text),
        _ => return None,
    })
}
