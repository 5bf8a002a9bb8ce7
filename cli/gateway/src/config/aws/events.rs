//! What both kinds of projects make: routes.

use std::collections::BTreeSet;
use std::time::Duration;

use super::super::yaml::{Node, Place};
use super::super::{Problem, Route, pattern_of};
use super::functions::Project;
use super::{Authorizer, AwsGateway, AwsRoute, AwsSocket, Cors, DEFAULT_ROUTE, DEFAULT_STAGE};
use crate::routes::Pattern;

/// How long a REST and an HTTP API wait for a function
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>).
pub(super) const REST_TIMEOUT: Duration = Duration::from_secs(29);
pub(super) const HTTP_TIMEOUT: Duration = Duration::from_secs(30);

/// Function URLs and load balancers wait as long as a function may take.
pub(super) const LONGEST: Duration = Duration::from_secs(900);

/// The methods that `ANY` stands for in the headers for browsers.
pub(super) const ALL_METHODS: &[&str] =
    &["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// A route that is to be added.
pub(super) struct NewRoute<'n> {
    pub(super) place: Place,
    pub(super) function: &'n str,
    pub(super) gateway: AwsGateway,
    /// Tells APIs with the same stage apart.
    pub(super) api: Option<String>,
    pub(super) stage: String,
    pub(super) path: Pattern,
    /// In any case; `*` is any.
    pub(super) method: &'n str,
    pub(super) cors: Option<Cors>,
    pub(super) timeout: Duration,
    pub(super) binary_types: Vec<String>,
    pub(super) authorizer: Option<Authorizer>,
    pub(super) socket: Option<AwsSocket>,
    pub(super) priority: u64,
}

/// Bytes of what routes share, each of which has it once more.
const MAX_SHARED: usize = 16 << 20;

impl Project<'_> {
    /// Adds the route of a function's own address.
    pub(super) fn add_url(&mut self, function: &str, place: Place, cors: Option<Cors>) {
        self.add(NewRoute {
            place,
            function,
            gateway: AwsGateway::FunctionUrl,
            // Every function has an address of its own.
            api: Some(function.into()),
            stage: DEFAULT_STAGE.into(),
            path: Pattern::any(DEFAULT_ROUTE),
            method: "*",
            cors,
            timeout: LONGEST,
            binary_types: Vec::new(),
            authorizer: None,
            socket: None,
            priority: 0,
        });
    }

    /// Adds a route.
    pub(super) fn add(&mut self, new: NewRoute<'_>) {
        let method = match new.method {
            "*" => "ANY".into(),
            // A key, which has a case.
            key if new.gateway == AwsGateway::WebSocketApi => key.into(),
            method => method.to_ascii_uppercase(),
        };
        let aws = AwsRoute {
            gateway: new.gateway,
            cors: new.cors,
            binary_types: new.binary_types,
            priority: new.priority,
            socket: new.socket,
            authorizer: new.authorizer,
        };
        let before = self.shared;
        self.shared += aws.bytes();
        if self.shared > MAX_SHARED {
            if before <= MAX_SHARED {
                let message = "what all routes share has more than 16 MiB, counted for each route";
                self.error(new.place, message);
            }
            return;
        }
        self.config.routes.push(Route {
            service_id: new.api,
            stage: new.stage,
            method,
            is_integrated: true,
            timeout: new.timeout,
            aws: Some(aws),
            ..Route::new(new.place, new.function, new.path)
        });
    }

    /// The path of a REST or HTTP API that a node has. `*` and `$default` take everything.
    pub(super) fn path(&mut self, text: &str, place: Place) -> Option<Pattern> {
        if text == DEFAULT_ROUTE || text == "*" {
            return Some(Pattern::any(DEFAULT_ROUTE));
        }
        pattern_of(Pattern::aws(text), place, self.problems)
    }

    /// Reports an event that a list does not have.
    pub(super) fn unknown_event(&mut self, place: Place, name: &str, known: &[&str]) {
        let hint = self.hint(name, known.iter().copied());
        self.error(place, format!("there is no event `{name}`{hint}"));
    }

    /// Says that an authorizer is not asked.
    pub(super) fn note_authorizer(&mut self, node: Option<&Node>) {
        if let Some(node) = node {
            let message = "no authorizer is asked here: every request reaches the function";
            self.problems.push(Problem::warning(node.place, message));
        }
    }
}

/// Lets pages send the methods of the routes, where the file does not say which: of the same path
/// of a REST API, and of all routes of an HTTP API.
pub(super) fn allow_methods(routes: &mut [Route], is_rest_only: bool) {
    let of = |route: &Route| {
        let aws = route.aws.as_ref()?;
        let is_rest = aws.gateway == AwsGateway::RestApi;
        let path = is_rest.then(|| route.path.identity());
        let has_cors = aws.cors.is_some() && (is_rest || !is_rest_only);
        has_cors.then(|| (path, route.method.clone()))
    };
    let all: BTreeSet<_> = routes.iter().filter_map(of).collect();
    for route in routes {
        let Some((path, _)) = of(route) else { continue };
        let Some(cors) = route.aws.as_mut().and_then(|aws| aws.cors.as_mut()) else { continue };
        if !cors.methods.is_empty() {
            continue;
        }
        let methods = || all.iter().filter(|(other, _)| *other == path).map(|(_, method)| method);
        cors.methods = if methods().any(|method| method == "ANY") {
            ALL_METHODS.iter().map(|method| (*method).into()).collect()
        } else {
            ["OPTIONS".to_owned()].into_iter().chain(methods().cloned()).collect()
        };
    }
}
