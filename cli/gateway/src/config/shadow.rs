//! Notes routes that no request can reach.

use std::collections::HashMap;

use super::{Problem, Route};

/// Comparisons of two routes in one file.
const MAX_COMPARISONS: usize = 200_000;

/// Adds a warning for each route that never matches.
pub(super) fn check(routes: &[Route], problems: &mut Vec<Problem>) {
    let mut stages: HashMap<(&str, &Option<String>), Vec<&Route>> = HashMap::new();
    for route in routes {
        stages.entry((&route.stage, &route.service_id)).or_default().push(route);
        if let Some(reason) = route.path.never_matches() {
            let message = format!("no request has the path `{}`: {reason}", route.path);
            problems.push(Problem::warning(route.place, message));
        }
        if let Some(name) = route.path.variables().find_map(|name| name.strip_suffix('+')) {
            let message = format!(
                "`{{{name}+}}` is another vendor's notation, here it is a variable named \
                 `{name}+`; `{{{name}}}` takes slashes too"
            );
            problems.push(Problem::warning(route.place, message));
        }
    }
    let mut comparisons = 0;
    for routes in stages.values() {
        // Paths of equal rank hide each other only by their text or as expressions.
        let mut first_any: HashMap<String, &Route> = HashMap::new();
        let wide: Vec<(usize, &Route)> =
            routes.iter().copied().enumerate().filter(|(_, it)| it.path.is_wide()).collect();
        for (at, route) in routes.iter().copied().enumerate() {
            let text = route.path.to_string();
            let mut hidden_by = first_any.get(&text).copied();
            for &(other_at, other) in &wide {
                comparisons += 1;
                if hidden_by.is_some() || comparisons > MAX_COMPARISONS {
                    break;
                }
                let is_first = other.path.rank() > route.path.rank()
                    || other.path.rank() == route.path.rank() && other_at < at;
                let takes_method = other.method == "ANY" || other.method == route.method;
                if other_at != at && is_first && takes_method && other.path.covers(&route.path) {
                    hidden_by = Some(other);
                }
            }
            if let Some(other) = hidden_by {
                let message = format!(
                    "{} {} gets no request: {} {} in line {} takes them all",
                    route.method, route.path, other.method, other.path, other.place.line
                );
                problems.push(Problem::warning(route.place, message));
            } else if route.method == "ANY" {
                first_any.entry(text).or_insert(route);
            }
        }
    }
}
