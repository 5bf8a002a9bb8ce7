//! Routes: defaults, functions that do not exist, and paths that never match.

use std::path::Path;

use apigw_gateway::config::{Config, Problem};

/// A file of the component `scf` with these parameters of its trigger.
fn file(parameters: &str) -> String {
    format!(
        "component: scf
inputs:
  name: f
  handler: index.main_handler
  events:
    - apigw: {parameters}
"
    )
}

fn parse(parameters: &str) -> Config {
    Config::parse(&file(parameters), Path::new("/code")).unwrap()
}

fn fault(parameters: &str) -> String {
    let problems = Config::parse(&file(parameters), Path::new("/code")).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    Problem::to_string(&problems[0])
}

#[test]
fn a_trigger_without_endpoints_is_the_root_with_any_method() {
    for parameters in
        ["{parameters: {protocols: [http]}}", "{parameters: {}}", "{name: a}", "", "{parameters: }"]
    {
        let config = parse(parameters);
        let [route] = &config.routes[..] else { panic!("{parameters}: {:?}", config.routes) };
        assert_eq!((route.path.to_string(), &*route.method), ("/".into(), "ANY"), "{parameters}");
        assert_eq!((&*route.stage, route.is_integrated), ("release", false));
    }
    // The plugin's keys are known in a component's file too, with their own defaults.
    assert_eq!(parse("{parameters: {httpMethod: PUT}}").routes[0].path.to_string(), "/f");
    let fault = fault("{parameters: {endpoint: []}}");
    assert!(fault.ends_with("`parameters` has no key `endpoint`; is it `endpoints`?"), "{fault}");
}

#[test]
fn functions_that_do_not_exist_are_refused_with_the_name_that_was_meant() {
    let several = |api: &str| {
        let text = format!(
            "component: multi-scf\ninputs:\n  functions: {{index: {{handler: a.b}}}}\n  \
             triggers: [{{type: apigw, parameters: {{apis: [{{path: /, {api}}}]}}}}]\n"
        );
        Config::parse(&text, Path::new("/code")).unwrap_err()[0].to_string()
    };
    let fault_of_api = several("function: indx");
    assert!(fault_of_api.ends_with("the file has no function `indx`; is it `index`?"));
    assert!(fault_of_api.starts_with("4:68: error: "), "{fault_of_api}");
    assert!(several("function: cats").ends_with("the file has no function `cats`: it has `index`"));
    for key in ["transportFunctionName", "registerFunctionName", "cleanupFunctionName"] {
        let endpoint = format!("{{serviceType: WEBSOCKET, function: {{{key}: nope}}}}");
        let fault = fault(&format!("{{parameters: {{endpoints: [{endpoint}]}}}}"));
        assert!(fault.ends_with("the file has no function `nope`: it has `f`"), "{key}: {fault}");
    }
    let fault = fault("{parameters: {endpoints: [{function: {functionName: g}}]}}");
    assert!(fault.ends_with("the file has no function `g`: it has `f`"), "{fault}");
}

/// The warnings of a trigger with these paths, each with its method.
fn warnings(paths: &[(&str, &str)]) -> Vec<String> {
    let endpoints: Vec<String> = paths
        .iter()
        .map(|(method, path)| format!("{{path: '{path}', method: {method}}}"))
        .collect();
    let config = parse(&format!("{{parameters: {{endpoints: [{}]}}}}", endpoints.join(", ")));
    config.warnings.iter().map(|warning| warning.message.clone()).collect()
}

#[test]
fn a_path_that_never_matches_gets_a_warning() {
    for (path, reason) in [
        ("/a b", "clients send `/a%20b`"),
        ("=/a b", "clients send `=/a%20b`"),
        ("/\u{83dc}\u{5355}", "clients send `/%E8%8F%9C%E5%8D%95`"),
        ("/\u{83dc}/{id}", "clients send `/%E8%8F%9C/{id}`"),
        ("/cats?black", "`?` ends it, and what follows is not part of a path"),
    ] {
        let expected = format!("no request has the path `{path}`: {reason}");
        assert_eq!(warnings(&[("ANY", path)]), [expected]);
    }
    for path in ["/a%20b", "/~cats/{name}", "/a-b_c.d", "~^/\u{83dc}$", "/{\u{83dc}}"] {
        assert!(warnings(&[("ANY", path)]).is_empty(), "{path}");
    }
}

#[test]
fn a_variable_in_the_notation_of_another_vendor_gets_a_hint() {
    let expected = "`{proxy+}` is another vendor's notation, here it is a variable named `proxy+`; \
                    `{proxy}` takes slashes too";
    assert_eq!(warnings(&[("ANY", "/wild/{proxy+}")]), [expected]);
}

#[test]
fn a_route_that_another_one_hides_gets_a_warning() {
    let hidden = |first: (&str, &str), second: (&str, &str)| {
        let found = warnings(&[first, second]);
        assert!(found.len() < 2, "{found:?}");
        found.first().cloned().unwrap_or_default()
    };
    assert_eq!(
        hidden(("GET", "/users/me"), ("GET", "/users/{id}")),
        "GET /users/me gets no request: GET /users/{id} in line 6 takes them all"
    );
    for (first, second, gets_none) in [
        (("GET", "/users/{id}"), ("GET", "/users/me"), "/users/me"),
        (("ANY", "/{a}"), ("GET", "/users/{id}"), "/users/{id}"),
        (("ANY", "/{a}/x"), ("GET", "/users/{id}/x"), "/users/{id}/x"),
        (("GET", "/users/me"), ("GET", "^~/users"), "/users/me"),
        (("GET", "/users/{id}"), ("ANY", "^~/users"), "/users/{id}"),
        (("ANY", "/a"), ("GET", "/a"), "/a"),
        (("ANY", "=/a"), ("GET", "=/a"), "=/a"),
    ] {
        let found = hidden(first, second);
        assert!(found.contains(&format!("{gets_none} gets no request")), "{first:?}: {found}");
    }
    for (first, second) in [
        (("POST", "/users/me"), ("GET", "/users/{id}")),
        (("GET", "=/users/me"), ("GET", "/users/{id}")),
        // `/users/` alone has no character for the variable.
        (("GET", "/users/"), ("GET", "/users/{id}")),
        (("GET", "/users/me"), ("GET", "/users/{id}/x")),
        (("GET", "/users/{id}"), ("GET", "/{a}")),
        (("GET", "/a"), ("ANY", "/a")),
        (("GET", "/a"), ("GET", "/a/b")),
        (("GET", "/a"), ("GET", "~^/a$")),
    ] {
        assert_eq!(hidden(first, second), "", "{first:?} {second:?}");
    }
}
