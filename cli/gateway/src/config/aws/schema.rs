//! The keys of a `serverless.yml` for AWS
//! (<https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml>).

use super::super::schema::Kind;
use Kind::{Any, Bool, BoolOr, Known, List, ListOr, Named, Number, OneOf, Open, Text};

/// Megabytes of memory, and seconds, of a Lambda function.
pub(super) const MEMORY: Kind = Number(128, 10_240);
pub(super) const TIMEOUT: Kind = Number(1, 900);

const METHODS: &[&str] = &["ANY", "*", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/// `cors` of an HTTP API and of a function URL, if it is not just `true`.
const CORS: Kind = Known(&[
    ("allowedOrigins", List(&Text)),
    ("allowedHeaders", List(&Text)),
    ("allowedMethods", List(&Text)),
    ("allowCredentials", Bool),
    ("exposedResponseHeaders", List(&Text)),
    ("maxAge", Number(0, 86_400)),
]);

/// `cors` of a REST API, if it is not just `true`.
const REST_CORS: Kind = Known(&[
    ("origin", Text),
    ("origins", List(&Text)),
    ("headers", List(&Text)),
    ("methods", List(&Text)),
    ("allowCredentials", Bool),
    ("exposedResponseHeaders", List(&Text)),
    ("maxAge", Number(0, 86_400)),
    ("cacheControl", Text),
]);

/// The event `http`, if it is not just a method and a path.
pub(super) const HTTP: Kind = Known(&[
    ("path", Text),
    ("method", OneOf(METHODS)),
    ("cors", BoolOr(&REST_CORS)),
    ("integration", Text),
    ("authorizer", Any),
    ("private", Bool),
    ("async", Bool),
    ("request", Any),
    ("response", Any),
    ("connectionType", Text),
    ("connectionId", Text),
    ("operationId", Text),
    ("documentation", Any),
    ("timeoutInMillis", Number(50, 900_000)),
]);

/// The event `httpApi`, if it is not just a method and a path.
pub(super) const HTTP_API: Kind = Known(&[
    ("path", Text),
    ("method", OneOf(METHODS)),
    ("authorizer", Any),
    ("operationId", Text),
]);

/// The event `websocket`, if it is not just a route.
pub(super) const WEBSOCKET: Kind =
    Known(&[("route", Text), ("routeResponseSelectionExpression", Text), ("authorizer", Any)]);

/// The event `alb`.
pub(super) const ALB: Kind = Known(&[
    ("listenerArn", Any),
    ("priority", Number(1, 50_000)),
    (
        "conditions",
        Known(&[
            ("path", List(&Text)),
            ("method", List(&Text)),
            ("host", List(&Text)),
            ("header", Any),
            ("query", Any),
            ("ip", Any),
        ]),
    ),
    ("multiValueHeaders", Bool),
    ("authorizer", Any),
    ("healthCheck", Any),
    ("targetGroupName", Any),
]);

/// `url` of a function, if it is not just `true`.
pub(super) const URL: Kind = Known(&[
    ("authorizer", Text),
    ("cors", BoolOr(&CORS)),
    ("invokeMode", OneOf(&["BUFFERED", "RESPONSE_STREAM"])),
]);

const PAYLOAD: Kind = OneOf(&["1.0", "2.0"]);

const FUNCTION: &[(&str, Kind)] = &[
    ("handler", Text),
    ("runtime", Text),
    ("image", Any),
    ("memorySize", MEMORY),
    ("timeout", TIMEOUT),
    ("environment", Named(&Any)),
    ("url", BoolOr(&URL)),
    ("httpApi", Open(&[("payload", PAYLOAD)])),
    ("events", Any),
];

/// The whole file.
pub(super) const FILE: Kind = Open(&[
    ("service", Any),
    (
        "provider",
        Open(&[
            ("name", Text),
            ("runtime", Text),
            ("region", Text),
            ("stage", Text),
            ("memorySize", MEMORY),
            ("timeout", TIMEOUT),
            ("environment", Named(&Any)),
            ("websocketsApiRouteSelectionExpression", Text),
            ("apiGateway", Open(&[("binaryMediaTypes", List(&Text)), ("restApiId", Any)])),
            ("httpApi", Open(&[("payload", PAYLOAD), ("cors", BoolOr(&CORS)), ("id", Any)])),
        ]),
    ),
    // Also a list of maps, when it is read from several files.
    ("functions", ListOr(&Named(&Open(FUNCTION)), &Named(&Open(FUNCTION)))),
    ("params", Any),
    ("custom", Any),
    ("package", Any),
    ("resources", Any),
]);
