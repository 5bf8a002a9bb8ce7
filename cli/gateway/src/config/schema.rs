//! The keys of a file and their kinds of values: `docs/gateway.md` says where each comes from.

/// The kind of a value.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Text, and whatever can be read as such.
    Text,
    /// `true` or `false`, also as text in any case, as the cloud's interface has it.
    Bool,
    /// The same, or `OPEN` and `CLOSE`.
    Switch,
    /// An integer from the first to the second number.
    Number(u64, u64),
    /// One of these, in any case.
    OneOf(&'static [&'static str]),
    /// A list, or a single value in place of it.
    List(&'static Kind),
    /// Text, or else this.
    TextOr(&'static Kind),
    /// `true` or `false`, or else this.
    BoolOr(&'static Kind),
    /// A list of the first kind, or else the second kind.
    ListOr(&'static Kind, &'static Kind),
    /// A map with these keys alone.
    Map(&'static [(&'static str, Kind)]),
    /// A map with these keys and others that are not looked at; a key that is nearly one of these
    /// is noted.
    Open(&'static [(&'static str, Kind)]),
    /// A map with these keys; others are noted.
    Known(&'static [(&'static str, Kind)]),
    /// A map whose keys are names.
    Named(&'static Kind),
    /// Anything.
    Any,
}

use Kind::{Any, Bool, List, ListOr, Map, Named, Number, OneOf, Open, Switch, Text, TextOr};

const METHODS: &[&str] = &["ANY", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
const STAGES: &[&str] = &["release", "prepub", "test"];
/// Seconds that the gateway may wait for a function.
const SERVICE_TIMEOUT: Kind = Number(1, 1800);

/// `parameters` of the plugin's first generation, that of the specification.
pub(super) const PLUGIN: &[(&str, Kind)] = &[
    ("stageName", Text),
    ("serviceId", Text),
    ("httpMethod", OneOf(METHODS)),
    ("integratedResponse", Bool),
    ("enable", Switch),
    ("path", Text),
    ("serviceTimeout", SERVICE_TIMEOUT),
    ("enableCORS", Bool),
];

const PARAMETER: &[(&str, Kind)] = &[
    ("name", Text),
    ("position", OneOf(&["PATH", "QUERY", "HEADER"])),
    ("required", Bool),
    ("type", OneOf(&["string", "int", "long", "float", "double", "boolean"])),
    ("defaultValue", Text),
    ("desc", Text),
];

const ENDPOINT_FUNCTION: &[(&str, Kind)] = &[
    ("isIntegratedResponse", Bool),
    ("functionQualifier", Text),
    ("functionName", Text),
    ("functionNamespace", Text),
    ("transportFunctionName", Text),
    ("registerFunctionName", Text),
    ("cleanupFunctionName", Text),
];

const USAGE_PLAN: &[(&str, Kind)] = &[
    ("usagePlanId", Text),
    ("usagePlanName", Text),
    ("usagePlanDesc", Text),
    ("maxRequestNum", Number(0, 99_999_999)),
    ("maxRequestNumPreSec", Number(0, 2_000)),
];

const AUTH: &[(&str, Kind)] = &[("secretName", Text), ("secretIds", List(&Text))];

const BASE64_RULE: &[(&str, Kind)] =
    &[("name", OneOf(&["Accept", "Content_Type"])), ("value", List(&Text))];

/// `endpoints` of the component generation.
const ENDPOINT: &[(&str, Kind)] = &[
    ("function", Map(ENDPOINT_FUNCTION)),
    ("path", Text),
    ("method", OneOf(METHODS)),
    ("apiId", Text),
    ("apiName", Text),
    ("description", Text),
    ("enableCORS", Bool),
    ("responseType", OneOf(&["HTML", "JSON", "TEST", "BINARY", "XML"])),
    ("serviceTimeout", SERVICE_TIMEOUT),
    ("param", List(&Map(PARAMETER))),
    ("usagePlan", Map(USAGE_PLAN)),
    ("auth", Map(AUTH)),
    ("authType", OneOf(&["NONE", "APP", "SECRET"])),
    ("app", Any),
    ("isBase64Encoded", Bool),
    ("isBase64Trigger", Bool),
    ("base64EncodedTriggerRules", List(&Map(BASE64_RULE))),
    ("businessType", OneOf(&["NORMAL", "OAUTH"])),
    ("serviceType", OneOf(&["SCF", "HTTP", "MOCK", "WEBSOCKET"])),
    ("serviceConfig", Any),
    ("serviceMockReturnMessage", Text),
    ("oauthConfig", Any),
    ("authRelationApi", Any),
    ("internalDomain", Text),
];

/// `parameters` of the component generation.
pub(super) const COMPONENT: &[(&str, Kind)] = &[
    ("environment", OneOf(STAGES)),
    ("serviceId", Text),
    ("serviceName", Text),
    ("serviceDesc", Text),
    ("instanceId", Text),
    ("protocols", List(&OneOf(&["http", "https"]))),
    ("netTypes", List(&OneOf(&["OUTER", "INNER"]))),
    ("description", Text),
    ("endpoints", List(&Map(ENDPOINT))),
    ("customDomains", List(&Any)),
];

/// `function` of one of `apis`, if it is not just a name.
const API_FUNCTION: &[(&str, Kind)] = &[
    ("name", Text),
    ("namespace", Text),
    ("qualifier", Text),
    ("isIntegratedResponse", Bool),
    ("functionName", Text),
    ("functionNamespace", Text),
    ("functionQualifier", Text),
];

/// One of `apis` of a `triggers` entry: an endpoint that names its function.
const API: &[(&str, Kind)] = &{
    let mut api = [("isIntegratedResponse", Bool); ENDPOINT.len() + 1];
    // `function`, the first key of an endpoint, has another kind.
    api[0] = ("function", TextOr(&Map(API_FUNCTION)));
    let mut at = 1;
    while at < ENDPOINT.len() {
        api[at] = ENDPOINT[at];
        at += 1;
    }
    api
};

/// `parameters` of such an entry.
pub(super) const APIS: &[(&str, Kind)] = &[
    ("name", Text),
    ("id", Text),
    ("environment", OneOf(STAGES)),
    ("qualifier", Text),
    ("serviceId", Text),
    ("serviceName", Text),
    ("serviceDesc", Text),
    ("instanceId", Text),
    ("protocols", List(&OneOf(&["http", "https"]))),
    ("netTypes", List(&OneOf(&["OUTER", "INNER"]))),
    ("description", Text),
    ("usagePlan", Map(USAGE_PLAN)),
    ("auth", Map(AUTH)),
    ("customDomains", List(&Any)),
    ("apis", List(&Map(API))),
    ("endpoints", List(&Map(API))),
];

/// Environment variables: `{variables: {NAME: value}}`, or a list of keys and values.
const ENVIRONMENT: Kind =
    ListOr(&Map(&[("key", Text), ("value", Text)]), &Open(&[("variables", Named(&Text))]));

const FUNCTION: &[(&str, Kind)] = &[
    ("name", Text),
    ("handler", Text),
    ("runtime", Text),
    ("description", Text),
    ("src", TextOr(&Open(&[("src", Text)]))),
    ("type", OneOf(&["event", "web"])),
    ("image", Any),
    ("memorySize", Number(64, 65_536)),
    ("timeout", Number(1, 86_400)),
    ("initTimeout", Number(1, 300)),
    ("environment", ENVIRONMENT),
    ("environments", ENVIRONMENT),
    ("namespace", Text),
    ("region", Text),
    ("events", List(&Named(&Any))),
];

/// The whole file.
pub(super) const FILE: &[(&str, Kind)] = &[
    ("service", Any),
    (
        "provider",
        Open(&[
            ("name", Text),
            ("runtime", Text),
            ("region", Text),
            ("stage", Text),
            ("memorySize", Number(64, 65_536)),
            ("timeout", Number(1, 86_400)),
            ("environment", ENVIRONMENT),
            ("apiGateway", Open(&[("serviceId", Text)])),
        ]),
    ),
    ("functions", Named(&Open(FUNCTION))),
    ("app", Text),
    ("org", Text),
    ("stage", Text),
    ("component", Text),
    ("name", Text),
    ("inputs", Open(INPUTS)),
];

/// A trigger of several functions; what `parameters` are depends on the type.
const TRIGGER: &[(&str, Kind)] =
    &[("type", Text), ("function", TextOr(&Map(API_FUNCTION))), ("parameters", Any)];

/// `inputs` of a component are a function, and what belongs to several.
const INPUTS: &[(&str, Kind)] = &{
    const ANY: (&str, Kind) = ("", Any);
    let mut inputs = [ANY; FUNCTION.len() + 2];
    let mut at = 0;
    while at < FUNCTION.len() {
        inputs[at] = FUNCTION[at];
        at += 1;
    }
    inputs[at] = ("functions", Named(&Open(FUNCTION)));
    inputs[at + 1] = ("triggers", List(&Open(TRIGGER)));
    inputs
};
