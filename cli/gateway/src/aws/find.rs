//! Which route of AWS a request takes.

use hyper::http::request::Parts;
use hyper::{Method, StatusCode, header};

use super::{cors, reply};
use crate::config::{AwsGateway, AwsRoute, DEFAULT_STAGE, Route};
use crate::response::Answer;
use crate::table::is_preflight;

/// The route of a request.
pub(super) struct Found<'s, 'p> {
    pub(super) route: &'s Route,
    pub(super) aws: &'s AwsRoute,
    /// The path without the stage.
    pub(super) path: &'p str,
    pub(super) path_parameters: Vec<(&'s str, &'p str)>,
}

/// What a request is.
pub(super) enum Outcome<'s, 'p> {
    /// One for a function.
    Route(Found<'s, 'p>),
    /// The question of a browser, to which the gateway responds.
    Preflight(Box<Answer>),
    /// One that nothing takes.
    Nothing(Box<Answer>),
}

/// Finds the route of a request: by the host of a function URL, then by the stage that its path
/// begins with, then among the routes that have no stage in their paths
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>).
pub(super) fn find<'s, 'p>(routes: &'s [Route], parts: &'p Parts) -> Outcome<'s, 'p> {
    let path = parts.uri.path();
    let all = || routes.iter().filter_map(|route| Some((route, route.aws.as_ref()?)));
    let of = |wanted: AwsGateway| all().filter(move |(_, aws)| aws.gateway == wanted);
    let host = host(parts);
    let named = of(AwsGateway::FunctionUrl).find(|(route, _)| {
        let label = host.strip_suffix(".localhost");
        label.is_some_and(|label| label.eq_ignore_ascii_case(&route.function))
    });
    if let Some(found) = named {
        return function_url(found, parts);
    }
    let after = path.strip_prefix('/').unwrap_or(path);
    let (first, rest) = match after.find('/') {
        Some(end) => (&after[..end], &after[end..]),
        None => (after, "/"),
    };
    let in_stage = || {
        all().filter(|(route, aws)| {
            let is_api = aws.gateway == AwsGateway::RestApi || aws.gateway.is_http_api();
            is_api && route.stage == first && route.stage != DEFAULT_STAGE
        })
    };
    if in_stage().next().is_some() {
        let rest_api = in_stage().filter(|(_, aws)| aws.gateway == AwsGateway::RestApi);
        let rest_api: Vec<_> = rest_api.collect();
        let http_api: Vec<_> = in_stage().filter(|(_, aws)| aws.gateway.is_http_api()).collect();
        // Two APIs with one stage have addresses of their own on the platform.
        return api(&rest_api, &http_api, parts, rest);
    }
    let in_default = all().filter(|(route, _)| route.stage == DEFAULT_STAGE);
    let in_default: Vec<_> = in_default.filter(|(_, aws)| aws.gateway.is_http_api()).collect();
    let mut nothing = None;
    if !in_default.is_empty() {
        match http(&in_default, parts, path) {
            outcome @ Outcome::Nothing(_) => nothing = Some(outcome),
            outcome => return outcome,
        }
    }
    let mut balanced = all().filter(|(_, aws)| aws.gateway.is_alb()).peekable();
    let has_balancer = balanced.peek().is_some();
    let rule = balanced
        .filter(|(route, _)| takes(route, &parts.method) && route.path.matches(path).is_some())
        .min_by_key(|(_, aws)| aws.priority);
    if let Some((route, aws)) = rule {
        return Outcome::Route(Found { route, aws, path, path_parameters: Vec::new() });
    }
    let mut urls = of(AwsGateway::FunctionUrl);
    if let (Some(only), None) = (urls.next(), urls.next())
        && !has_balancer
        && nothing.is_none()
    {
        return function_url(only, parts);
    }
    nothing.unwrap_or_else(|| no_stage(routes, path))
}

/// The name in the header `Host`.
fn host(parts: &Parts) -> &str {
    let sent = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = sent.unwrap_or_default();
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

fn takes(route: &Route, method: &Method) -> bool {
    route.method == "ANY" || route.method == method.as_str()
}

fn function_url<'s, 'p>(
    (route, aws): (&'s Route, &'s AwsRoute),
    parts: &'p Parts,
) -> Outcome<'s, 'p> {
    if let Some(cors) = &aws.cors
        && is_preflight(&parts.method, &parts.headers)
    {
        return Outcome::Preflight(Box::new(cors::preflight(aws.gateway, cors, &parts.headers)));
    }
    let path = parts.uri.path();
    Outcome::Route(Found { route, aws, path, path_parameters: Vec::new() })
}

type Pair<'s> = (&'s Route, &'s AwsRoute);

/// The route of a stage. Of two APIs the one counts that has a route.
fn api<'s, 'p>(
    rest_api: &[Pair<'s>],
    http_api: &[Pair<'s>],
    parts: &'p Parts,
    path: &'p str,
) -> Outcome<'s, 'p> {
    let outcome = if rest_api.is_empty() { None } else { Some(rest(rest_api, parts, path)) };
    match outcome {
        Some(Outcome::Nothing(reply)) if http_api.is_empty() => Outcome::Nothing(reply),
        None | Some(Outcome::Nothing(_)) => http(http_api, parts, path),
        Some(outcome) => outcome,
    }
}

/// The route of a REST API: first the most special path, then its method.
fn rest<'s, 'p>(routes: &[Pair<'s>], parts: &'p Parts, path: &'p str) -> Outcome<'s, 'p> {
    // A slash at the end is ignored.
    let compared = match path.trim_end_matches('/') {
        "" => "/",
        trimmed => trimmed,
    };
    let ranks = |(route, _): &Pair<'s>| {
        route.path.matches(compared)?;
        // What takes slashes is not apart, as in an HTTP API: only the parts count.
        route.path.aws_rank().map(|(_, parts)| parts)
    };
    let best = routes.iter().filter_map(ranks).min();
    let resource: Vec<Pair<'s>> =
        routes.iter().filter(|pair| best.is_some() && ranks(pair) == best).copied().collect();
    let named = |method: &str| resource.iter().find(|(route, _)| route.method == method);
    if parts.method == Method::OPTIONS
        && named("OPTIONS").is_none()
        && let Some(cors) = resource.iter().find_map(|(_, aws)| aws.cors.as_ref())
    {
        let reply = cors::preflight(AwsGateway::RestApi, cors, &parts.headers);
        return Outcome::Preflight(Box::new(reply));
    }
    match named(parts.method.as_str()).or_else(|| named("ANY")) {
        Some((route, aws)) => {
            let path_parameters = route.path.matches(compared).unwrap_or_default();
            Outcome::Route(Found { route, aws, path, path_parameters })
        }
        None => {
            let method = &parts.method;
            let note = if resource.is_empty() {
                format!("no route has the path {path}")
            } else {
                format!("the path {path} has no method {method}")
            };
            let fault = reply::Fault::NoRoute;
            Outcome::Nothing(Box::new(reply::error(AwsGateway::RestApi, fault, &note)))
        }
    }
}

/// The route of an HTTP API: a full match of path and method, then one with a variable that takes
/// slashes, then the route `$default`.
fn http<'s, 'p>(routes: &[Pair<'s>], parts: &'p Parts, path: &'p str) -> Outcome<'s, 'p> {
    let gateway = AwsGateway::HttpApi;
    if let Some(cors) = routes.iter().find_map(|(_, aws)| aws.cors.as_ref())
        && is_preflight(&parts.method, &parts.headers)
    {
        return Outcome::Preflight(Box::new(cors::preflight(gateway, cors, &parts.headers)));
    }
    let matching = routes.iter().filter_map(|&(route, aws)| {
        let path_parameters = route.path.matches(path)?;
        takes(route, &parts.method).then_some(Found { route, aws, path, path_parameters })
    });
    let best = matching.min_by_key(|found| {
        let rank = found.route.path.aws_rank();
        (rank.is_none(), rank, found.route.method == "ANY")
    });
    match best {
        Some(found) => Outcome::Route(found),
        None => {
            let note = format!("no route takes {} {path}", parts.method);
            Outcome::Nothing(Box::new(reply::error(gateway, reply::Fault::NoRoute, &note)))
        }
    }
}

/// The reply to a path that does not begin with a stage, where all do.
fn no_stage<'s, 'p>(routes: &[Route], path: &str) -> Outcome<'s, 'p> {
    let apis =
        routes.iter().filter(|route| route.aws.as_ref().is_some_and(|it| !it.gateway.is_alb()));
    let stage = apis.map(|route| route.stage.as_str()).find(|stage| *stage != DEFAULT_STAGE);
    let Some(stage) = stage else {
        let message = format!("no rule takes the path {path}");
        return Outcome::Nothing(Box::new(Answer::error(StatusCode::NOT_FOUND, &message)));
    };
    let note = format!("there is no such stage: paths begin with one, as in /{stage}{path}");
    let fault = reply::Fault::NoStage;
    Outcome::Nothing(Box::new(reply::error(AwsGateway::RestApi, fault, &note)))
}
