//! Authorizers of REST and HTTP APIs of AWS.

use std::path::Path;

use apigw_gateway::config::{AuthorizerKind, Config, Identity, Problem};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Local, Reaction, echo, response};

const CONFIG: &str = "
provider:
  name: aws
  runtime: provided.al2023
  httpApi:
    cors: true
    authorizers:
      simple: {type: request, functionName: auth, enableSimpleResponses: true,
        identitySource: ['$request.header.X-Key', '$request.querystring.key']}
      policy: {type: request, functionName: auth}
      tokens: {type: jwt, identitySource: $request.header.Authorization,
        issuerUrl: 'https://issuer.example', audience: a}
functions:
  one:
    handler: bootstrap
    events:
      - http: {path: '/token/{id}', method: get, authorizer: auth}
      - http: {path: /request, method: get, authorizer: {name: auth, type: request,
          identitySource: 'method.request.header.X-Key, method.request.querystring.key'}}
      - http: {path: /pool, method: get, authorizer: {type: COGNITO_USER_POOLS, arn: x}}
      - httpApi: {path: /simple, method: GET, authorizer: simple}
      - httpApi: {path: /policy, method: GET, authorizer: {name: policy}}
      - httpApi: {path: /jwt, method: GET, authorizer: {name: tokens, scopes: [cats:read, all]}}
  auth: {handler: bootstrap}
";

/// As an authorizer, decides by the token; otherwise returns the event.
fn handler(event: Value) -> Reaction {
    if !event["type"].is_string() {
        return echo(event);
    }
    let key = |name: &str| event["headers"][name].as_str().map(str::to_owned);
    let token = event["authorizationToken"].as_str().map(str::to_owned);
    let token = token.or_else(|| key("authorization")).or_else(|| key("x-key")).unwrap();
    let arn = event["methodArn"].as_str().or_else(|| event["routeArn"].as_str()).unwrap();
    let policy = |effect: &str, resource: &str| {
        response(json!({
            "principalId": "cat",
            "policyDocument": {"Version": "2012-10-17", "Statement": [
                {"Action": ["execute-api:*"], "Effect": effect, "Resource": resource}
            ]},
            "context": {"number": 7, "event": event.to_string()},
        }))
    };
    match token.as_str() {
        "allow" => policy("Allow", arn),
        "star" => policy("Allow", "arn:aws:execute-api:*:*:*/*/GET/*"),
        "other" => policy("Allow", "arn:aws:execute-api:*:*:*/*/POST/*"),
        "deny" => policy("Deny", "*"),
        "yes" => response(json!({"isAuthorized": true, "context": {"number": 7}})),
        "no" => response(json!({"isAuthorized": false})),
        "unauthorized" => Reaction::Error("{\"errorMessage\":\"Unauthorized\"}"),
        "fail" => Reaction::Error("no cats today"),
        _ => response(json!({"principalId": "cat"})),
    }
}

fn status(local: &Local, head: &str) -> (u16, Value) {
    let found = local.send(head, "");
    (found.status, found.json())
}

#[test]
fn a_function_decides_by_a_token() {
    let local = Local::with(CONFIG, handler);
    let send =
        |token: &str| status(&local, &format!("GET /dev/token/1?a=b\nauthorization: {token}"));
    let (code, found) = send("allow");
    assert_eq!(code, 200);
    let told = &found["requestContext"]["authorizer"];
    assert_eq!((&told["principalId"], &told["number"]), (&json!("cat"), &json!("7")));
    let asked: Value = serde_json::from_str(told["event"].as_str().unwrap()).unwrap();
    let arn = "arn:aws:execute-api:us-east-1:123456789012:local/dev/GET/token/1";
    let expected = json!({"type": "TOKEN", "methodArn": arn, "authorizationToken": "allow"});
    assert_eq!(asked, expected);
    assert_eq!(send("star").0, 200);
    let text = "User is not authorized to access this resource";
    assert_eq!(send("other"), (403, json!({"Message": text})));
    let denied = json!({"Message": format!("{text} with an explicit deny")});
    assert_eq!(send("deny"), (403, denied));
    assert_eq!(send("unauthorized"), (401, json!({"message": "Unauthorized"})));
    assert_eq!(send("fail"), (500, json!({"message": null})));
    assert_eq!(send("nothing"), (500, json!({"message": null})));
    let note = local.told.last().note.clone().unwrap();
    assert_eq!(
        note,
        "the authorizer returned something else: error 35 at byte 20 (policyDocument): the member \
         is missing"
    );
    // Without a token nothing is asked.
    assert_eq!(status(&local, "GET /dev/token/1").0, 401);
    let note = local.told.last().note.clone().unwrap();
    assert_eq!(note, "the authorizer needs the header authorization");
    let exchanges = local.told.exchanges.lock().unwrap();
    let asked = exchanges.iter().filter(|exchange| exchange.method == "AUTH");
    assert_eq!(asked.map(|it| it.status).collect::<Vec<_>>(), [200, 200, 403, 403, 401, 500, 500]);
}

#[test]
fn a_function_decides_by_the_request() {
    let local = Local::with(CONFIG, handler);
    let (code, found) = status(&local, "GET /dev/request?key=k\nx-key: allow");
    assert_eq!(code, 200);
    let told = &found["requestContext"]["authorizer"];
    let asked: Value = serde_json::from_str(told["event"].as_str().unwrap()).unwrap();
    assert_eq!((&asked["type"], &asked["resource"]), (&json!("REQUEST"), &json!("/request")));
    assert_eq!((&asked["headers"]["x-key"], asked.get("body")), (&json!("allow"), None));
    assert_eq!(status(&local, "GET /dev/request\nx-key: allow").0, 401);
    assert_eq!(status(&local, "GET /dev/request?key=\nx-key: allow").0, 401);
}

#[test]
fn an_http_api_asks_a_function() {
    let local = Local::with(CONFIG, handler);
    let send = |token: &str| status(&local, &format!("GET /simple?key=k\nx-key: {token}"));
    let (code, found) = send("yes");
    assert_eq!(
        (code, &found["requestContext"]["authorizer"]),
        (200, &json!({"lambda": {"number": 7}}))
    );
    let asked = local.told.exchanges.lock().unwrap().iter().find(|it| it.method == "AUTH").cloned();
    let asked: Value = serde_json::from_slice(&asked.unwrap().event).unwrap();
    assert_eq!((&asked["version"], &asked["type"]), (&json!("2.0"), &json!("REQUEST")));
    assert_eq!(asked["identitySource"], json!(["yes", "k"]));
    let arn = "arn:aws:execute-api:us-east-1:123456789012:local/$default/GET/simple";
    assert_eq!(asked["routeArn"], arn);
    assert_eq!(send("no"), (403, json!({"message": "Forbidden"})));
    assert_eq!(send("nothing"), (500, json!({"message": "Internal Server Error"})));
    assert_eq!(status(&local, "GET /simple?key=k"), (401, json!({"message": "Unauthorized"})));
    let (code, found) = status(&local, "GET /policy\nauthorization: allow");
    assert_eq!(
        (code, &found["requestContext"]["authorizer"]["lambda"]["number"]),
        (200, &json!(7))
    );
    let found = local.send("GET /policy\nauthorization: other\norigin: https://a.example", "");
    assert_eq!((found.status, found.header("access-control-allow-origin")), (403, Some("*")));
}

fn token(claims: &Value) -> String {
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.c2ln", encode(json!({"alg": "RS256"}).to_string()), encode(claims.to_string()))
}

#[test]
fn tokens_are_read_but_not_checked() {
    let local = Local::with(CONFIG, handler);
    let send = |token: &str| local.send(&format!("GET /jwt\nauthorization: {token}"), "");
    let claims =
        json!({"sub": "cat", "exp": 1, "groups": ["a", "b"], "scope": "cats:read cats:all"});
    let found = send(&format!("Bearer {}", token(&claims)));
    assert_eq!(found.status, 200, "{}", found.text());
    assert_eq!(
        found.json()["requestContext"]["authorizer"],
        json!({"jwt": {
            "claims": {"sub": "cat", "exp": "1", "groups": "[a b]", "scope": "cats:read cats:all"},
            "scopes": ["cats:read", "cats:all"],
        }})
    );
    let without = send(&token(&json!({"sub": "cat"})));
    assert_eq!((without.status, without.json()), (403, json!({"message": "Forbidden"})));
    let none = format!("{}.e30.c2ln", URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#));
    for (bad, reason) in [
        ("cat", "not three parts, but 1"),
        ("a.b.c", "the first part of the token is not a JSON object"),
        ("e30.e30.c2ln", "no algorithm `alg`"),
        (none.as_str(), "no algorithm `alg`"),
        ("eyJhbGciOiJSUzI1NiJ9.e30.", "the signature of the token is not base64url"),
        ("eyJhbGciOiJSUzI1NiJ9.W10.c2ln", "the second part of the token is not a JSON object"),
    ] {
        let found = send(bad);
        assert_eq!(
            (found.status, found.header("www-authenticate")),
            (401, Some("Bearer")),
            "{bad}"
        );
        let note = local.told.last().note.clone().unwrap();
        assert!(note.contains(reason), "{bad}: {note}");
    }
    // Of a user pool.
    let found = local.send(&format!("GET /dev/pool\nauthorization: {}", token(&claims)), "");
    assert_eq!(found.json()["requestContext"]["authorizer"]["claims"]["sub"], "cat");
    assert_eq!(local.send("GET /dev/pool\nauthorization: x", "").status, 401);
}

#[test]
fn a_file_names_authorizers() {
    let warning = "tokens are read, but neither their signatures nor their times are checked here";
    let config = Config::parse(CONFIG, Path::new(".")).unwrap();
    let warnings: Vec<String> = config.warnings.iter().map(Problem::to_string).collect();
    assert_eq!(
        warnings,
        [format!("11:15: warning: {warning}"), format!("20:54: warning: {warning}")]
    );
    let text = CONFIG
        .replace("authorizer: auth}", "authorizer: aut}")
        .replace("authorizer: simple", "authorizer: simpel")
        .replace("functionName: auth}", "functionName: authn}");
    let problems = Config::parse(&text, Path::new(".")).unwrap_err();
    let errors = problems.iter().filter(|problem| !problem.is_warning);
    assert_eq!(
        errors.map(Problem::to_string).collect::<Vec<_>>(),
        [
            "10:45: error: the file has no function `authn`; is it `auth`?",
            "17:62: error: the file has no function `aut`; is it `auth`?",
            "21:59: error: `httpApi.authorizers` has no `simpel`; is it `simple`?",
        ]
    );
}

#[test]
fn a_template_names_authorizers() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: provided.al2023, Handler: bootstrap}}
Resources:
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Auth:
        DefaultAuthorizer: Token
        Authorizers:
          Token: {FunctionArn: !GetAtt Auth.Arn}
          Request: {FunctionArn: !GetAtt Auth.Arn, FunctionPayloadType: REQUEST,
            Identity: {Headers: [X-Key], QueryStrings: [key]}}
          Pool: {UserPoolArn: !GetAtt Pool.Arn}
  Http:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        Authorizers:
          Simple: {FunctionArn: !GetAtt Auth.Arn, EnableSimpleResponses: true,
            AuthorizerPayloadFormatVersion: '2.0', Identity: {Headers: [X-Key]}}
          Jwt: {JwtConfiguration: {issuer: x, audience: [y]},
            IdentitySource: $request.querystring.t}
  One:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        A: {Type: Api, Properties: {Path: /a, Method: get, RestApiId: !Ref Rest}}
        B: {Type: Api, Properties: {Path: /b, Method: get, RestApiId: !Ref Rest,
          Auth: {Authorizer: Request}}}
        C: {Type: Api, Properties: {Path: /c, Method: get, RestApiId: !Ref Rest,
          Auth: {Authorizer: NONE}}}
        D: {Type: Api, Properties: {Path: /d, Method: get, RestApiId: !Ref Rest,
          Auth: {Authorizer: Pool}}}
        E: {Type: HttpApi, Properties: {Path: /e, Method: get, ApiId: !Ref Http,
          Auth: {Authorizer: Simple}}}
        F: {Type: HttpApi, Properties: {Path: /f, Method: get, ApiId: !Ref Http,
          Auth: {Authorizer: Jwt, AuthorizationScopes: [s]}}}
        G: {Type: HttpApi, Properties: {Path: /g, Method: get, ApiId: !Ref Http}}
  Auth: {Type: AWS::Serverless::Function, Properties: {}}
  Pool: {Type: 'AWS::Cognito::UserPool'}
";
    let config = Config::parse(text, Path::new(".")).unwrap();
    let authorizer = |index: usize| config.routes[index].aws.as_ref().unwrap().authorizer.clone();
    let header = |name: &str| Identity::Header(name.into());
    let auth = || String::from("Auth");
    for (index, expected) in [
        Some((AuthorizerKind::Token(auth()), vec![header("authorization")])),
        Some((
            AuthorizerKind::Request(auth()),
            vec![header("x-key"), Identity::Query("key".into())],
        )),
        None,
        Some((AuthorizerKind::Cognito, vec![header("authorization")])),
        Some((AuthorizerKind::HttpApi(auth(), true), vec![header("x-key")])),
        Some((AuthorizerKind::Jwt, vec![Identity::Query("t".into())])),
        None,
    ]
    .into_iter()
    .enumerate()
    {
        let found = authorizer(index).map(|it| (it.kind, it.identity));
        assert_eq!(found, expected, "{index}");
    }
    assert_eq!(authorizer(5).unwrap().scopes, ["s"]);
    let problems =
        Config::parse(&text.replace("Authorizer: Simple", "Authorizer: Simpel"), Path::new("."));
    let problems = problems.unwrap_err();
    let error = problems.iter().find(|problem| !problem.is_warning).unwrap().to_string();
    assert_eq!(error, "37:30: error: the API has no authorizer `Simpel`; is it `Simple`?");
}
