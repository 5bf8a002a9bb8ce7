//! Files of components, as their vendor writes them.

use std::path::Path;
use std::time::Duration;

use apigw_gateway::config::{Base64, Config, Problem};

fn parse(text: &str) -> Config {
    Config::parse(text, Path::new("/code")).unwrap()
}

fn faults(text: &str) -> Vec<String> {
    let problems = Config::parse(text, Path::new("/code")).unwrap_err();
    problems.iter().map(Problem::to_string).collect()
}

/// A file of `multi-scf` with these parameters of its trigger, and these inputs.
fn multi(parameters: &str, inputs: &str) -> String {
    format!(
        "component: multi-scf
name: shop
inputs:
  src: {{src: ./}}
  functions: {{index: {{handler: index.index}}, list: {{handler: index.list}}}}
  triggers: [{{type: apigw, parameters: {{name: web, {parameters}}}}}]
  {inputs}
"
    )
}

#[test]
fn every_key_of_multi_scf_is_read() {
    let config = parse(&multi(
        "id: service-1, serviceName: a, serviceDesc: b, instanceId: c, protocols: [https, http], \
         netTypes: [OUTER], description: d, environment: test, customDomains: [], \
         usagePlan: {usagePlanId: a}, auth: {secretName: a, secretIds: [b]}, apis: [{path: /, \
         method: GET, function: index, apiName: e, apiId: f, description: g, enableCORS: true, \
         isBase64Encoded: true, isIntegratedResponse: true, serviceTimeout: 20, \
         responseType: HTML, usagePlan: {usagePlanId: a}, auth: {secretName: a, secretIds: [b]}}]",
        "",
    ));
    let [route] = &config.routes[..] else { panic!("{:?}", config.routes) };
    assert_eq!((&*route.function, &*route.stage, route.is_integrated), ("index", "test", true));
    assert_eq!((route.has_cors, &route.base64), (true, &Base64::Always));
    assert_eq!(route.service_id.as_deref(), Some("service-1"));
    assert_eq!(route.timeout, Duration::from_secs(20));
    assert_eq!(config.functions[0].runtime, "Nodejs12.16");
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn an_api_without_is_integrated_response_is_passed_through() {
    let config = parse(&multi("apis: [{path: /, function: index}]", ""));
    assert!(!config.routes[0].is_integrated);
    for api in [
        "path: /, function: index, isIntegratedResponse: true",
        "path: /, function: {name: index, isIntegratedResponse: true}",
        "path: /, function: {functionName: index, isIntegratedResponse: 'TRUE'}",
    ] {
        let config = parse(&multi(&format!("apis: [{{{api}}}]"), ""));
        assert!(config.routes[0].is_integrated && config.routes[0].function == "index", "{api}");
    }
}

#[test]
fn the_function_of_a_trigger_is_that_of_its_apis() {
    let text = multi("apis: [{path: /a}, {path: /b, function: index}]", "")
        .replace("type: apigw", "type: apigw, function: list");
    let config = parse(&text);
    let functions: Vec<&str> = config.routes.iter().map(|route| &*route.function).collect();
    assert_eq!(functions, ["list", "index"]);
}

#[test]
fn environments_are_lists_or_maps() {
    for environment in [
        "environments: [{key: GREETING, value: hi}, {key: N, value: 1}]",
        "environment: [{key: GREETING, value: hi}, {key: N, value: 1}]",
        "environment: {variables: {GREETING: hi, N: 1}}",
    ] {
        let config = parse(&multi("apis: [{function: index}]", environment));
        let expected = [("GREETING".into(), "hi".into()), ("N".into(), "1".into())];
        assert_eq!(config.functions[0].environment, expected, "{environment}");
    }
    let wrong = faults(&multi("apis: []", "environments: [{key: A, vaule: b}]"));
    assert!(wrong[0].ends_with("`environments` has no key `vaule`; is it `value`?"), "{wrong:?}");
}

#[test]
fn a_hint_never_names_a_key_that_is_there_already() {
    let text = multi("apis: [{path: /, paths: /, function: index}]", "");
    let faults = faults(&text);
    assert!(faults[0].ends_with("`apis` has no key `paths`"), "{faults:?}");
}

#[test]
fn components_that_are_not_served_are_refused_by_name() {
    for (component, reason) in [
        ("http", "deploys a web framework"),
        ("express", "deploys a web framework"),
        ("koa", "deploys a web framework"),
        ("tencent-flask@0.1.0", "deploys a web framework"),
        ("apigateway", "declares an API without functions"),
        ("cos", "has no functions that are known here"),
    ] {
        let text = format!("component: '{component}'\nname: a\ninputs: {{src: {{src: ./}}}}\n");
        let faults = faults(&text);
        assert_eq!(faults.len(), 1, "{faults:?}");
        let start = format!("1:12: error: the component `{component}` {reason}");
        assert!(faults[0].starts_with(&start), "{faults:?}");
        assert!(faults[0].contains("`scf` and `multi-scf` with event functions"), "{faults:?}");
    }
    let faults = faults("component: multi-sfc\ninputs: {}");
    assert!(faults[0].ends_with("; is it `multi-scf`?"), "{faults:?}");
    for component in ["scf", "'@tencent/scf'", "scf@1.0.0", "tencent-scf"] {
        parse(&format!("component: {component}\ninputs: {{name: a, handler: b.c}}"));
    }
}

#[test]
fn web_functions_and_images_are_refused_by_name() {
    let web = "component: scf\ninputs: {name: a, type: web, handler: scf_bootstrap}";
    assert!(faults(web)[0].starts_with("2:25: error: the function `a` is a web function"));
    let image = "component: multi-scf\ninputs: {functions: {a: {image: {imageUrl: b}}}}";
    assert!(faults(image)[0].contains("the function `a` is a container image"));
    let all = multi("apis: []", "type: web");
    assert_eq!(faults(&all).len(), 2);
    parse(&multi("apis: [{function: index}]", "type: event"));
}
