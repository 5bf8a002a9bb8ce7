//! The routes of a gateway, and the functions to which they lead.

use std::collections::HashMap;
use std::sync::Arc;

use hyper::header::{self, HeaderValue};
use hyper::{HeaderMap, Method, StatusCode};

use crate::config::Route;
use crate::pool::Pool;
use crate::response::Answer;

/// The routes, and the functions at their ends.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) routes: Vec<Route>,
    pub(crate) pools: HashMap<String, Arc<Pool>>,
}

/// The route of a request.
pub(crate) struct Found<'s, 'p> {
    pub(crate) route: &'s Route,
    /// The path without the stage.
    pub(crate) rest: &'p str,
    pub(crate) path_parameters: Vec<(&'s str, &'p str)>,
}

impl Table {
    /// Whether the routes are of AWS; a file is for one cloud.
    pub(crate) fn is_aws(&self) -> bool {
        self.routes.first().is_some_and(|route| route.aws.is_some())
    }

    /// Finds the route of a request.
    pub(crate) fn find<'s, 'p>(
        &'s self,
        method: &Method,
        path: &'p str,
        headers: &HeaderMap,
    ) -> Result<Found<'s, 'p>, Box<Answer>> {
        let after = path.strip_prefix('/').unwrap_or(path);
        let (stage, rest) = match after.find('/') {
            Some(end) => (&after[..end], &after[end..]),
            None => (after, "/"),
        };
        let in_stage = self.routes.iter().filter(|route| route.stage == stage);
        let mut methods = Vec::new();
        let mut best: Option<Found<'_, '_>> = None;
        for route in in_stage {
            let Some(path_parameters) = route.path.matches(rest) else { continue };
            let is_asked = route.has_cors && is_preflight(method, headers);
            if route.method != "ANY" && route.method != method.as_str() && !is_asked {
                methods.push(route.method.as_str());
                continue;
            }
            // Of equal ones the first counts.
            if best.as_ref().is_none_or(|best| best.route.path.rank() < route.path.rank()) {
                best = Some(Found { route, rest, path_parameters });
            }
        }
        if let Some(best) = best {
            return Ok(best);
        }
        if methods.is_empty() {
            let stages: Vec<&str> = self.routes.iter().map(|route| route.stage.as_str()).collect();
            let message = if stages.contains(&stage) {
                format!("no route has the path {rest} in the stage {stage}")
            } else {
                let example = stages.first().unwrap_or(&"release");
                format!("there is no stage {stage}: paths begin with one, as in /{example}{path}")
            };
            return Err(Box::new(Answer::error(StatusCode::NOT_FOUND, &message)));
        }
        methods.sort_unstable();
        methods.dedup();
        let methods = methods.join(", ");
        let message = format!("{method} is not allowed here: {methods} is");
        let mut response = Answer::error(StatusCode::METHOD_NOT_ALLOWED, &message);
        if let Ok(value) = HeaderValue::from_str(&methods) {
            response.response.headers_mut().insert(header::ALLOW, value);
        }
        Err(Box::new(response))
    }
}

/// Whether a browser asks what another site may do
/// (<https://fetch.spec.whatwg.org/#cors-preflight-request>).
pub(crate) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}
