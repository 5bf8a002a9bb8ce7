//! What pages of other sites may do, as files say it.

use super::super::scalar::{boolean, is_on, number, text};
use super::super::yaml::Node;
use super::Cors;

/// The headers that the Serverless Framework lets pages send
/// (<https://www.serverless.com/framework/docs/providers/aws/events/http-api#cors-setup>).
const HEADERS: &[&str] = &[
    "Content-Type",
    "X-Amz-Date",
    "Authorization",
    "X-Api-Key",
    "X-Amz-Security-Token",
    "X-Amz-User-Agent",
    "X-Amzn-Trace-Id",
];

/// The names of the keys of a kind of file.
pub(super) struct Names {
    pub(super) origins: &'static [&'static str],
    pub(super) headers: &'static str,
    pub(super) methods: &'static str,
    pub(super) exposed: &'static str,
    pub(super) credentials: &'static str,
    pub(super) max_age: &'static str,
}

/// `cors` of an HTTP API or a function URL in a `serverless.yml`.
pub(super) const HTTP_API: Names = Names {
    origins: &["allowedOrigins"],
    headers: "allowedHeaders",
    methods: "allowedMethods",
    exposed: "exposedResponseHeaders",
    credentials: "allowCredentials",
    max_age: "maxAge",
};

/// `cors` of the event `http`.
pub(super) const REST_API: Names =
    Names { origins: &["origin", "origins"], headers: "headers", methods: "methods", ..HTTP_API };

/// `CorsConfiguration` of an HTTP API, and `Cors` of a function URL, in a template.
pub(super) const TEMPLATE: Names = Names {
    origins: &["AllowOrigins"],
    headers: "AllowHeaders",
    methods: "AllowMethods",
    exposed: "ExposeHeaders",
    credentials: "AllowCredentials",
    max_age: "MaxAge",
};

/// The texts of a list, or of a text that is separated by commas.
pub(super) fn list(node: &Node) -> Vec<String> {
    let texts: Vec<String> = match text(node) {
        Some(text) => vec![text],
        None => node.items().iter().filter_map(text).collect(),
    };
    let parts = texts.iter().flat_map(|text| text.split(','));
    parts.map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Reads a map, or `true`, which stands for `defaults`. Members that a map does not have are those
/// of `missing`.
pub(super) fn read(node: &Node, names: &Names, defaults: Cors, missing: Cors) -> Option<Cors> {
    match boolean(node) {
        Some(true) => return Some(defaults),
        Some(false) => return None,
        None => {}
    }
    let of = |name: &str, default: Vec<String>| node.get(name).map_or(default, list);
    let origins = names.origins.iter().find_map(|name| node.get(name));
    Some(Cors {
        origins: origins.map_or(missing.origins, list),
        methods: of(names.methods, missing.methods),
        headers: of(names.headers, missing.headers),
        exposed: of(names.exposed, missing.exposed),
        has_credentials: is_on(node, names.credentials),
        max_age: node.get(names.max_age).and_then(number),
    })
}

/// What `cors: true` lets pages do.
pub(super) fn usual(methods: &[&str]) -> Cors {
    Cors {
        origins: vec!["*".into()],
        methods: methods.iter().map(|method| (*method).into()).collect(),
        headers: HEADERS.iter().map(|name| (*name).into()).collect(),
        ..Cors::default()
    }
}
