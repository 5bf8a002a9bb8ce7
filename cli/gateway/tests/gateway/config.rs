//! What a `serverless.yml` may say.

use std::fs;
use std::path::Path;
use std::time::Duration;

use apigw_gateway::config::{Base64, Config, Position, Problem, Route, WebSocket};

use crate::support::specification;

fn parse(text: &str) -> Config {
    Config::parse(text, Path::new("/code")).unwrap()
}

fn faults(text: &str) -> Vec<String> {
    let problems = Config::parse(text, Path::new("/code")).unwrap_err();
    problems.iter().map(Problem::to_string).collect()
}

fn only(routes: &[Route]) -> &Route {
    let [route] = routes else { panic!("{routes:?}") };
    route
}

#[test]
fn the_example_of_the_specification_is_read() {
    let text = fs::read_to_string(specification().join("serverless.yml")).unwrap();
    let config = parse(&text);
    let function = config.function("hello_world").unwrap();
    assert_eq!((&*function.handler, &*function.runtime), ("index.main_handler", "Nodejs8.9"));
    assert_eq!(function.folder, Path::new("/code"));
    let route = only(&config.routes);
    assert_eq!((&*route.stage, &*route.method), ("release", "POST"));
    assert_eq!((route.path.to_string(), &route.service_id), ("/hello_world".into(), &None));
    assert!(route.is_integrated && !route.has_cors && config.warnings.is_empty());
    assert_eq!(route.timeout, Duration::from_secs(10));
}

/// Every key of the plugin, with a value that is not its default.
const PLUGIN: &str = "provider: {name: tencent, runtime: Python3.6, region: ap-beijing,
  timeout: 7, memorySize: 256, apiGateway: {serviceId: service-p}}
functions:
  cats:
    handler: index.main
    events:
      - apigw:
          name: trigger
          parameters:
            stageName: test
            serviceId: service-1
            httpMethod: put
            integratedResponse: 'TRUE'
            enable: OPEN
            path: my/cats
            serviceTimeout: 30
            enableCORS: true
";

#[test]
fn every_key_of_the_plugin_is_read() {
    let config = parse(PLUGIN);
    let function = &config.functions[0];
    assert_eq!(
        (&*function.runtime, &*function.region, function.memory),
        ("Python3.6", "ap-beijing", 256)
    );
    assert_eq!(function.timeout, Duration::from_secs(7));
    let route = only(&config.routes);
    assert_eq!((&*route.stage, &*route.method, route.is_integrated), ("test", "PUT", true));
    assert_eq!(
        (route.service_id.as_deref(), route.path.to_string()),
        (Some("service-1"), "/my/cats".into())
    );
    assert_eq!((route.timeout, route.has_cors), (Duration::from_secs(30), true));
    let without = PLUGIN.replace("            serviceId: service-1\n", "");
    assert_eq!(only(&parse(&without).routes).service_id.as_deref(), Some("service-p"));
    for off in ["CLOSE", "false", "'False'"] {
        let config = parse(&PLUGIN.replace("enable: OPEN", &format!("enable: {off}")));
        assert!(config.routes.is_empty() && config.warnings.len() == 1, "{off}");
    }
}

/// Every key of the components.
const COMPONENT: &str = "
component: scf
name: app
inputs:
  name: cats
  src: ./src
  handler: main
  runtime: CustomRuntime
  memorySize: 512
  timeout: 20
  initTimeout: 5
  environment: {variables: {A: 1, B: true}}
  functions: {come: {handler: come}, gone: {handler: gone}}
  events:
    - apigw:
        name: trigger
        parameters:
          environment: prepub
          serviceId: service-2
          serviceName: cats
          serviceDesc: all cats
          instanceId: instance-1
          protocols: [http, https]
          netTypes: [OUTER]
          description: cats
          customDomains: []
          endpoints:
            - path: /{name}/cats
              method: POST
              apiId: api-1
              apiName: cats
              description: cats
              enableCORS: true
              responseType: HTML
              serviceTimeout: 40
              param:
                - {name: name, position: PATH, required: true, type: string, defaultValue: a,
                   desc: b}
                - {name: Accept, position: HEADER}
              function: {isIntegratedResponse: true, functionQualifier: $LATEST, functionName: cats}
              usagePlan: {usagePlanId: a, usagePlanName: b, usagePlanDesc: c, maxRequestNum: 10,
                maxRequestNumPreSec: 10}
              auth: {secretName: a, secretIds: [b]}
              authType: NONE
              app: {name: a}
              isBase64Encoded: true
              isBase64Trigger: true
              base64EncodedTriggerRules: [{name: Accept, value: [image/png, image/gif]}]
            - path: /socket
              serviceType: WEBSOCKET
              businessType: NORMAL
              serviceConfig: {}
              serviceMockReturnMessage: a
              oauthConfig: {}
              authRelationApi: {}
              internalDomain: a
              function: {registerFunctionName: come, transportFunctionName: cats,
                cleanupFunctionName: gone}
";

#[test]
fn every_key_of_the_components_is_read() {
    let config = parse(COMPONENT);
    let function = config.function("cats").unwrap();
    assert_eq!((function.memory, function.folder.as_os_str()), (512, "/code/src".as_ref()));
    assert_eq!(function.init_timeout, Duration::from_secs(5));
    assert_eq!(function.environment, [("A".into(), "1".into()), ("B".into(), "true".into())]);
    let [route, socket] = &config.routes[..] else { panic!("{:?}", config.routes) };
    assert_eq!((&*route.stage, &*route.method, &*route.qualifier), ("prepub", "POST", "$LATEST"));
    assert_eq!((route.is_integrated, route.has_cors), (true, true));
    assert_eq!(route.timeout, Duration::from_secs(40));
    let [name, accept] = &route.parameters[..] else { panic!("{:?}", route.parameters) };
    assert_eq!((name.position, name.is_required, &*name.default), (Position::Path, true, "a"));
    assert_eq!((accept.position, accept.is_required), (Position::Header, false));
    let Base64::Rules(rules) = &route.base64 else { panic!("{:?}", route.base64) };
    assert_eq!((&*rules[0].header, rules[0].values.len()), ("accept", 2));
    assert_eq!((&*socket.method, &*socket.function), ("GET", "cats"));
    let functions = WebSocket { register: "come".into(), cleanup: "gone".into() };
    assert_eq!(socket.websocket, Some(functions));
    assert_eq!((&route.websocket, config.warnings.len()), (&None, 0));
}

#[test]
fn one_function_may_serve_a_websocket() {
    let endpoint = |keys: &str| {
        Config::parse(
            &format!(
                "inputs: {{name: cats, handler: main, functions: {{dogs: {{handler: d}}}}, \
                 events: [{{apigw: {{parameters: {{endpoints: \
                 [{{path: /s, serviceType: websocket{keys}}}]}}}}}}]}}"
            ),
            Path::new("."),
        )
    };
    let config = endpoint("").unwrap();
    let functions = WebSocket { register: "cats".into(), cleanup: "cats".into() };
    assert_eq!(only(&config.routes).websocket, Some(functions));
    let config = endpoint(", function: {transportFunctionName: dogs, cleanupFunctionName: cats}");
    let config = config.unwrap();
    let route = only(&config.routes);
    let functions = WebSocket { register: "dogs".into(), cleanup: "cats".into() };
    assert_eq!((&*route.function, &route.websocket), ("dogs", &Some(functions)));
    let [problem] = &endpoint(", method: POST").unwrap_err()[..] else { panic!("one problem") };
    assert!(problem.message.contains("has the method GET"), "{problem}");
}

#[test]
fn what_is_no_function_is_not_served() {
    let config = parse(
        "inputs: {name: cats, handler: main, events: [{apigw: {parameters: {endpoints: \
         [{path: /s, serviceType: MOCK}]}}}]}",
    );
    assert!(config.routes.is_empty());
    assert_eq!(config.warnings[0].message, "an endpoint of the type MOCK is not served");
}

#[test]
fn several_functions_share_a_trigger() {
    let config = parse(
        "
inputs:
  src: ./code
  runtime: Nodejs10.15
  functions:
    a: {handler: a.main}
    b: {handler: b.main, runtime: CustomRuntime}
  triggers:
    - type: apigw
      parameters:
        name: all
        id: service-3
        apis: [{path: /a, method: GET, function: a}, {path: /b, function: b, serviceTimeout: 2}]
",
    );
    let [a, b] = &config.routes[..] else { panic!("{:?}", config.routes) };
    assert_eq!(
        (&*a.function, &*a.method, a.service_id.as_deref()),
        ("a", "GET", Some("service-3"))
    );
    assert_eq!((&*b.function, &*b.method, b.timeout), ("b", "ANY", Duration::from_secs(2)));
    assert_eq!(config.function("a").unwrap().runtime, "Nodejs10.15");
}

/// Each key below `parameters` of a text, misspelt in turn: where, the wrong key and the right one.
fn misspelt(text: &str) -> Vec<(String, usize, usize, String, String)> {
    let mut cases = Vec::new();
    let start = text.find("parameters:").unwrap() + "parameters:".len();
    for (at, _) in text.match_indices(':').filter(|(at, _)| *at > start) {
        let before = &text[..at];
        let name = before.rsplit(|it: char| !it.is_alphanumeric()).next().unwrap();
        let is_key = text[at + 1..].starts_with([' ', '\n']) && name.len() > 2;
        // Keys below these are the user's own.
        let is_free = name == "name" && before.ends_with("{name") && before.contains("app: {name");
        if !is_key || is_free {
            continue;
        }
        let begin = at - name.len();
        let line_start = text[..begin].rfind('\n').unwrap() + 1;
        let line = text[..begin].matches('\n').count() + 1;
        // Two letters change places: Levenshtein's nearest neighbour is the key itself.
        let mut letters: Vec<char> = name.chars().collect();
        let swap = (1..letters.len()).rev().find(|&it| letters[it] != letters[it - 1]).unwrap();
        letters.swap(swap, swap - 1);
        let wrong: String = letters.into_iter().collect();
        let changed = format!("{}{wrong}{}", &text[..begin], &text[at..]);
        cases.push((changed, line, begin - line_start + 1, wrong, name.to_owned()));
    }
    cases
}

#[test]
fn each_misspelt_key_is_found_and_the_right_one_is_suggested() {
    for (text, least) in [(PLUGIN, 8), (COMPONENT, 50)] {
        let cases = misspelt(text);
        assert!(cases.len() >= least, "{}", cases.len());
        for (changed, line, column, wrong, right) in cases {
            let faults = faults(&changed);
            let wanted = format!("{line}:{column}: error: ");
            let hint = format!("has no key `{wrong}`; is it `{right}`?");
            let is_found = |it: &String| it.starts_with(&wanted) && it.ends_with(&hint);
            assert!(faults.iter().any(is_found), "{wanted}{hint}: {faults:?}");
        }
    }
}

#[test]
fn a_wrong_value_is_found_where_it_stands() {
    for (right, wrong, fault) in [
        (
            "stageName: test",
            "stageName: [a]",
            "10:24: error: `stageName` has to be text, this is a list",
        ),
        (
            "httpMethod: put",
            "httpMethod: PUTT",
            "12:25: error: `httpMethod` has to be one of ANY, GET, HEAD, POST, PUT, DELETE, PATCH, \
             OPTIONS, not `PUTT`; is it `PUT`?",
        ),
        (
            "integratedResponse: 'TRUE'",
            "integratedResponse: yes",
            "13:33: error: `integratedResponse` has to be true or false, this is text",
        ),
        (
            "enable: OPEN",
            "enable: OPENED",
            "14:21: error: `enable` has to be true, false, OPEN or CLOSE, this is text",
        ),
        ("path: my/cats", "path: /{a", "15:19: error: the path `/{a` has a brace without end"),
        (
            "path: my/cats",
            "path: /{a}/{a}",
            "15:19: error: the path `/{a}/{a}` has a variable twice",
        ),
        (
            "path: my/cats",
            "path: ~(",
            "15:19: error: the path is no regular expression: error: unclosed group",
        ),
        (
            "serviceTimeout: 30",
            "serviceTimeout: 0",
            "16:29: error: `serviceTimeout` has to be a number from 1 to 1800, not `0`",
        ),
        (
            "serviceTimeout: 30",
            "serviceTimeout: 1801",
            "16:29: error: `serviceTimeout` has to be a number from 1 to 1800, not `1801`",
        ),
        ("apigw:", "apigv:", "7:9: error: there is no event `apigv`; is it `apigw`?"),
        (
            "handler: index.main",
            "handlers: index.main",
            "4:3: error: the function `cats` has no `handler`",
        ),
    ] {
        let faults = faults(&PLUGIN.replace(right, wrong));
        assert_eq!(faults.first().map(String::as_str), Some(fault), "{faults:?}");
    }
}

#[test]
fn what_is_no_configuration_is_refused() {
    for (text, fault) in [
        ("", "1:1: error: the file is empty"),
        ("a: [", "2:1: error: not YAML"),
        ("[]", "1:1: error: `the file` has to be a map, this is a list"),
        ("service: a", "1:1: error: there is no function"),
        ("a: 1\na: 2", "2:1: error: `a` is here for the second time, first in line 1"),
        ("{[a]: b}", "1:2: error: a key has to be text"),
    ] {
        let faults = faults(text);
        assert!(faults[0].starts_with(fault), "{text:?}: {faults:?}");
    }
    // A few anchors make billions of values.
    let mut bomb = String::from("a0: &a0 [x]\n");
    for level in 1..30 {
        let below = level - 1;
        bomb += &format!("a{level}: &a{level} [*a{below}, *a{below}, *a{below}, *a{below}]\n");
    }
    assert!(faults(&bomb)[0].contains("more than 100000 values"));
    let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));
    assert!(faults(&deep)[0].contains("more than 100 lists and maps"), "{:?}", faults(&deep));
    assert!(faults(&"[".repeat(100_000))[0].contains("not YAML"));
}

#[test]
fn two_routes_of_one_path_are_refused() {
    let event = "      - apigw: {parameters: {stageName: test, serviceId: service-1, \
                 httpMethod: PUT, path: /My/cats}}\n";
    let faults = faults(&format!("{PLUGIN}{event}"));
    assert_eq!(faults, ["18:9: error: PUT /test/My/cats is `cats` already, by line 7"]);
}

#[test]
fn merge_keys_and_aliases_are_read() {
    let config = parse(
        "
base: &base {httpMethod: GET, integratedResponse: true}
functions:
  a: {handler: a, events: [{apigw: {parameters: {<<: *base, httpMethod: PUT}}}]}
",
    );
    let route = only(&config.routes);
    assert_eq!((&*route.method, route.is_integrated), ("PUT", true));
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("serverless.yml");
    let reason = |file: &Path| Config::read(file).unwrap_err()[0].message.clone();
    assert!(reason(&file).contains("No such file"));
    fs::write(&file, b"a: b\nc: \xff\n").unwrap();
    assert_eq!(Config::read(&file).unwrap_err()[0].to_string(), "2:1: error: is not UTF-8");
    fs::write(&file, vec![b' '; (1 << 20) + 1]).unwrap();
    assert_eq!(reason(&file), "is longer than 1 MiB");
}

#[test]
fn a_file_for_another_vendor_is_named() {
    for (text, vendor) in [
        ("provider: {name: azure, runtime: nodejs20}\nfunctions: {a: {handler: a}}", "Azure"),
        ("provider: google\nfunctions: {a: {handler: a}}", "Google Cloud"),
        ("edition: 1.0.0\nservices: {}", "Alibaba Cloud"),
        ("ROSTemplateFormatVersion: '2015-09-01'\nResources: {}", "Alibaba Cloud"),
        ("Transform: Aliyun::Serverless-2018-04-03\nResources: {}", "Alibaba Cloud"),
        ("provider: {name: google}", "Google Cloud"),
    ] {
        let problems = Config::parse(text, Path::new(".")).unwrap_err();
        let served = "only those for Tencent Cloud and AWS are served";
        let message = format!("this file is for {vendor}: {served}");
        assert_eq!(problems.len(), 1, "{text}");
        assert_eq!(problems[0].message, message);
    }
    let own = "provider: {name: tencent}\nfunctions: {a: {handler: a}}";
    assert!(Config::parse(own, Path::new(".")).is_ok());
}

#[test]
fn a_function_in_a_language_that_is_not_run_here_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        "functions: {a: {handler: a, runtime: Python3.6}, b: {handler: b, runtime: Nodejs18.15}}";
    let config = Config::parse(text, folder.path()).unwrap();
    let [(name, problem)] = &config.unrunnable[..] else { panic!("{config:?}") };
    assert_eq!((name.as_str(), problem.is_warning), ("a", false));
    assert_eq!((problem.place.line, problem.place.column), (1, 38));
    assert!(problem.message.contains("the runtime Python3.6"), "{problem}");
    assert!(problem.message.contains("`apigw dev --start a=COMMAND`"), "{problem}");
    // With a bootstrap it can be in any language.
    std::fs::write(folder.path().join("bootstrap"), "").unwrap();
    assert!(Config::parse(text, folder.path()).unwrap().unrunnable.is_empty());
}
