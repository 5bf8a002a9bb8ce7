//! What a `serverless.yml` for AWS and a SAM template may say.

use std::path::Path;
use std::time::Duration;

use apigw_gateway::config::{
    AwsGateway, AwsSocket, Config, Cors, Platform, Problem, Route, Settings,
};

fn parse(text: &str) -> Config {
    Config::parse(text, Path::new("/code")).unwrap_or_else(|problems| {
        panic!("{:?}", problems.iter().map(Problem::to_string).collect::<Vec<_>>())
    })
}

fn faults(text: &str) -> Vec<String> {
    let problems = Config::parse(text, Path::new("/code")).unwrap_err();
    problems.iter().map(Problem::to_string).collect()
}

fn warnings(config: &Config) -> Vec<String> {
    config.warnings.iter().map(Problem::to_string).collect()
}

/// The method, the address without its port, and the gateway of each route.
fn routes(config: &Config) -> Vec<String> {
    let line = |route: &Route| {
        let gateway = route.aws.as_ref().unwrap().gateway.name();
        let url = route.url(([127, 0, 0, 1], 80).into());
        let url = url.strip_prefix("127.0.0.1:80").map_or(url.clone(), str::to_owned);
        format!("{} {url} {gateway}", route.method)
    };
    config.routes.iter().map(line).collect()
}

fn variable<'c>(config: &'c Config, name: &str) -> Option<&'c str> {
    let environment = &config.functions[0].environment;
    environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

const SERVERLESS: &str = "
service: shop
params:
  default: {table: cats, other: all}
  prod: {table: lions}
provider:
  name: aws
  runtime: nodejs20.x
  region: eu-west-1
  stage: ${opt:stage, 'dev'}
  memorySize: 512
  environment: {A: of all, B: '${sls:stage}', C: '${param:table} ${param:other}'}
  apiGateway: {binaryMediaTypes: ['image/*']}
  httpApi: {cors: true}
functions:
  cats:
    handler: src/cats.main
    timeout: 7
    environment:
      A: of one
      D: ${aws:region} ${aws:accountId}
      E: !Sub '${AWS::Region}-${self:provider.stage}-${Table}'
      F: {'Fn::GetAtt': [Table, Arn]}
    url: true
    events:
      - http: GET users/{id}
      - http: {path: /users/{id}, method: post, cors: true}
      - httpApi: 'GET /pets/{id}'
      - httpApi: {method: '*', path: /any}
      - httpApi: '*'
      - alb: {priority: 1, conditions: {path: [/a/*, /b], method: GET}}
      - schedule: rate(1 day)
  dogs:
    handler: dogs.main
    runtime: python3.12
    httpApi: {payload: '1.0'}
    events: [{httpApi: POST /dogs}]
";

#[test]
fn a_serverless_file_for_aws_is_read() {
    let config = parse(&SERVERLESS.replace("path: /users/{id}", "path: '/users/{id}'"));
    assert_eq!(warnings(&config), [""; 0]);
    let cats = config.function("cats").unwrap();
    assert_eq!((cats.platform, &*cats.runtime), (Platform::Aws, "nodejs20.x"));
    assert_eq!((&*cats.handler, &*cats.region), ("src/cats.main", "eu-west-1"));
    assert_eq!((cats.timeout, cats.memory), (Duration::from_secs(7), 512));
    assert_eq!(cats.folder, Path::new("/code"));
    let dogs = config.function("dogs").unwrap();
    assert_eq!((&*dogs.runtime, dogs.timeout), ("python3.12", Duration::from_secs(6)));
    for (name, value) in [
        ("A", "of one"),
        ("B", "dev"),
        ("C", "cats all"),
        ("D", "eu-west-1 123456789012"),
        ("E", "eu-west-1-dev-Table"),
        ("F", "Table.Arn"),
    ] {
        assert_eq!(variable(&config, name), Some(value), "{name}");
    }
    assert_eq!(
        routes(&config),
        [
            "GET /dev/users/{id} REST API",
            "POST /dev/users/{id} REST API",
            "GET /pets/{id} HTTP API",
            "ANY /any HTTP API",
            "ANY /* HTTP API",
            "GET /a/* load balancer",
            "GET /b load balancer",
            "ANY cats.localhost:80/* function URL",
            "POST /dogs HTTP API with payload 1.0",
        ]
    );
    let aws = |index: usize| config.routes[index].aws.as_ref().unwrap();
    assert_eq!((&aws(0).cors, &aws(0).binary_types), (&None, &vec!["image/*".to_owned()]));
    let cors = aws(1).cors.as_ref().unwrap();
    assert_eq!(
        (cors.origins.join(","), cors.methods.join(",")),
        ("*".into(), "OPTIONS,POST".into())
    );
    assert_eq!(cors.headers.len(), 7);
    // One method is any, so all are allowed.
    assert_eq!(aws(2).cors.as_ref().unwrap().methods.len(), 7);
    assert_eq!(config.routes[0].timeout, Duration::from_secs(29));
    assert_eq!(config.routes[2].timeout, Duration::from_secs(30));
}

#[test]
fn a_stage_chooses_the_parameters() {
    let text = SERVERLESS.replace("${opt:stage, 'dev'}", "prod").replace("/users/{id},", "/u,");
    let config = parse(&text);
    assert_eq!(variable(&config, "C"), Some("lions all"));
    assert_eq!(variable(&config, "B"), Some("prod"));
    // The stage that the stage itself names is the default one.
    let config = parse(&text.replace("stage: prod", "stage: ${sls:stage}"));
    assert_eq!(variable(&config, "B"), Some("dev"));
}

#[test]
fn functions_may_be_a_list_of_maps() {
    let config = parse(
        "provider: {name: aws, runtime: nodejs20.x}
functions:
  - a: {handler: a.b, events: [{http: ANY /}]}
  - b: {handler: a.b, events: [{http: {path: b, method: get, cors: {origins: [x, y]}}}]}
",
    );
    assert_eq!(routes(&config), ["ANY /dev/ REST API", "GET /dev/b REST API"]);
    let cors = config.routes[1].aws.as_ref().unwrap().cors.clone().unwrap();
    assert_eq!(cors.origins, ["x", "y"]);
}

#[test]
fn faults_of_a_serverless_file_for_aws_have_a_place_and_a_suggestion() {
    let text = "
provider: {name: aws, runtime: nodejs20.x}
functions:
  one:
    handler: a.b
    tiemout: 3
    environment: {A: !Reff B, B: [1]}
    events:
      - htp: GET /x
      - http: GET
      - http: FETCH /x
      - http: {path: /y, metod: get}
      - httpApi: GET /{a
      - httpApi: GET /{a+}/b
      - httpApi: GET /{a}/{a}
      - httpApi: GET /x{a}
      - http: GET /same
  two:
    events:
      - http: get same
      - alb: {priority: 0, conditions: {pth: /x}}
  three: {image: repository, events: []}
  four: {handler: a.b, events: {http: GET /x}}
";
    assert_eq!(
        faults(text),
        [
            "6:5: warning: `one` has no key `tiemout` that is known here; is it `timeout`?",
            "7:22: error: there is no function `Reff`; is it `Ref`?",
            "7:22: warning: the variable `A` is left out: `Fn::Reff` has no value here",
            "7:34: error: `B` has to be text, this is a list",
            "9:9: error: there is no event `htp`; is it `http`?",
            "10:15: error: `GET` is not a method and a path: `GET /path`",
            "11:15: error: `FETCH` is no method: it is `GET /path`",
            "12:15: error: the event has no `method`",
            "12:26: warning: `http` has no key `metod` that is known here; is it `method`?",
            "13:18: error: the path `/{a` has the part `{a`: a variable is a whole part, as in \
             `/users/{id}`",
            "14:18: error: the path `/{a+}/b` goes on after `{a+}`, which takes all that follows",
            "15:18: error: the path `/{a}/{a}` has the variable `a` twice",
            "16:18: error: the path `/x{a}` has the part `x{a}`: a variable is a whole part, as in \
             `/users/{id}`",
            "18:3: error: the function `two` has no `handler`",
            "20:9: error: GET /dev/same is `one` already, by line 17",
            "21:25: error: `priority` has to be a number from 1 to 50000, not `0`",
            "21:41: warning: `conditions` has no key `pth` that is known here; is it `path`?",
            "22:18: warning: the function `three` is not served, as it is a container image: \
             those with `handler` are",
            "23:32: error: `events` has to be a list, this is a map",
        ]
    );
}

#[test]
fn what_has_no_value_here_is_an_error_only_where_it_is_used() {
    let text = "
provider:
  name: aws
  runtime: nodejs20.x
  vpc: ${ssm:/vpc}
  environment: {A: '${ssm:/a}', B: \"${ssm:/b, 'default'}\", C: !ImportValue x}
functions:
  one: {handler: a.b, events: [{http: GET /x}]}
";
    let config = parse(text);
    assert_eq!(
        warnings(&config),
        [
            "6:20: warning: the variable `A` is left out: `ssm` is not read here: write a default, \
             `${ssm:/a, 'default'}`",
            "6:63: warning: the variable `C` is left out: `Fn::ImportValue` has no value here",
        ]
    );
    assert_eq!(variable(&config, "B"), Some("default"));
    let found = faults(&text.replace("GET /x", "'GET ${ssm:/path}'"));
    assert_eq!(found.len(), 3);
    assert!(found[2].starts_with("8:39: error: `http`: `ssm` is not read here"), "{}", found[2]);
}

#[test]
fn a_websocket_api_is_read() {
    let config = parse(
        "
provider: {name: aws, runtime: nodejs20.x, websocketsApiRouteSelectionExpression: $request.body.a.b}
functions:
  chat:
    handler: a.b
    events:
      - websocket: $connect
      - websocket: {route: say, routeResponseSelectionExpression: $default}
",
    );
    assert_eq!(routes(&config), ["$connect /dev WebSocket API", "say /dev WebSocket API"]);
    let socket = |index: usize| config.routes[index].aws.as_ref().unwrap().socket.clone();
    let selection = vec!["a".to_owned(), "b".into()];
    let expected = |has_response| Some(AwsSocket { selection: selection.clone(), has_response });
    assert_eq!((socket(0), socket(1)), (expected(false), expected(true)));
    let found = faults(
        "
provider: {name: aws, runtime: nodejs20.x, websocketsApiRouteSelectionExpression: $request.x}
functions:
  chat: {handler: a.b, events: [{websocket: say}, {websocket: {rote: x}}]}
  other: {handler: a.b, events: [{websocket: say}]}
",
    );
    assert_eq!(
        found,
        [
            "2:83: error: `$request.x` is not a member of messages: `$request.body.NAME`",
            "2:83: error: `$request.x` is not a member of messages: `$request.body.NAME`",
            "4:52: error: the event has no `route`",
            "4:64: warning: `websocket` has no key `rote` that is known here; is it `route`?",
        ]
    );
}

#[test]
fn authorizers_and_other_integrations_are_noted() {
    let config = parse(
        "
provider: {name: aws, runtime: nodejs20.x}
functions:
  one:
    handler: a.b
    url: {authorizer: aws_iam}
    events:
      - http: {path: /a, method: get, authorizer: aws_iam}
      - http: {path: /b, method: get, integration: lambda}
      - alb: {priority: 1, conditions: {path: /x, host: a.example}}
",
    );
    let authorizer = "no authorizer is asked here: every request reaches the function";
    assert_eq!(
        warnings(&config),
        [
            format!("6:23: warning: {authorizer}"),
            format!("8:51: warning: {authorizer}"),
            "9:52: warning: an integration without proxy has templates, and is not served".into(),
            "10:57: warning: this condition is not compared here: every request fulfils it".into(),
        ]
    );
}

const TEMPLATE: &str = "
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: prod}
  Table: {Type: String}
  Sites: {Type: CommaDelimitedList, Default: 'https://a.example, https://b.example'}
Mappings:
  Urls: {prod: {host: p.example}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  Never: !Or [!Not [!Condition IsProd], !And [!Condition IsProd, !Equals [a, b]]]
Globals:
  Function:
    Runtime: nodejs20.x
    Timeout: 9
    Environment:
      Variables:
        A: !Ref Stage
        B: !FindInMap [Urls, !Ref Stage, host]
        C: !GetAtt Cats.Arn
        D: !Sub '${AWS::StackName}-${Cats.Arn}-${!Kept}-${Stage}'
        E: !Join [',', [a, !Select [1, !Split ['|', 'x|y']]]]
        F: !If [IsProd, yes-prod, no-prod]
        G: !Ref Table
        H: {'Fn::Sub': ['${x}/${Cats}', {x: {Ref: 'AWS::Region'}}]}
        I: !If [IsProd, !Ref 'AWS::NoValue', x]
        J: !Ref ServerlessRestApi
        K: !GetAtt CatsRole.Arn
  Api: {BinaryMediaTypes: [image~1png], Cors: \"'*'\"}
Resources:
  Named:
    Type: AWS::Serverless::Api
    Properties:
      StageName: !Ref Stage
      Cors: {AllowOrigin: \"'https://a.example'\", AllowHeaders: \"'X-A,X-B'\", MaxAge: \"'600'\"}
  Http:
    Type: AWS::Serverless::HttpApi
    Properties:
      StageName: v1
      CorsConfiguration: {AllowOrigins: !Ref Sites, AllowMethods: [GET], AllowCredentials: true}
  Cats:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Environment: {Variables: {A: own}}
      FunctionUrlConfig: {AuthType: NONE, Cors: {AllowOrigins: ['*']}}
      Events:
        List: {Type: Api, Properties: {Path: /cats, Method: get}}
        One: {Type: Api, Properties: {Path: '/cats/{id}', Method: any, RestApiId: !Ref Named}}
        H: {Type: HttpApi, Properties: {Path: /h, Method: GET, ApiId: !Ref Http,
          PayloadFormatVersion: '1.0', TimeoutInMillis: 1500}}
        D: {Type: HttpApi}
        S: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
  Other:
    Type: AWS::Serverless::Function
    Condition: Never
    Properties: {Handler: x}
  Tbl: {Type: 'AWS::DynamoDB::Table'}
Outputs: {Url: {Value: !Sub 'https://${ServerlessRestApi}.example'}}
";

#[test]
fn a_template_is_read() {
    let config = parse(TEMPLATE);
    assert_eq!(
        warnings(&config),
        ["25:12: warning: the variable `G` is left out: the parameter `Table` has no `Default`: \
             give it a value with --param Table=VALUE"]
    );
    assert_eq!(config.functions.len(), 1);
    let cats = &config.functions[0];
    assert_eq!((&*cats.name, cats.platform), ("Cats", Platform::Aws));
    assert_eq!((&*cats.handler, &*cats.runtime), ("app.handler", "nodejs20.x"));
    assert_eq!((cats.timeout, cats.memory), (Duration::from_secs(9), 128));
    assert_eq!(cats.folder, Path::new("/code/src"));
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:Cats";
    for (name, value) in [
        ("A", Some("own")),
        ("B", Some("p.example")),
        ("C", Some(arn)),
        ("D", Some(&*format!("local-{arn}-${{Kept}}-prod"))),
        ("E", Some("a,y")),
        ("F", Some("yes-prod")),
        ("G", None),
        ("H", Some("us-east-1/Cats")),
        ("I", None),
        ("J", Some("ServerlessRestApi")),
        ("K", Some("CatsRole.Arn")),
    ] {
        assert_eq!(variable(&config, name), value, "{name}");
    }
    assert_eq!(
        routes(&config),
        [
            "GET /Prod/cats REST API",
            "ANY /prod/cats/{id} REST API",
            "GET /v1/h HTTP API with payload 1.0",
            "ANY /* HTTP API",
            "ANY Cats.localhost:80/* function URL",
        ]
    );
    let aws = |index: usize| config.routes[index].aws.as_ref().unwrap();
    assert_eq!(aws(0).binary_types, ["image/png"]);
    assert_eq!(aws(0).cors.as_ref().unwrap().origins, ["*"]);
    let of_named = Cors {
        origins: vec!["https://a.example".into()],
        methods: ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
            .map(Into::into)
            .into(),
        headers: vec!["X-A".into(), "X-B".into()],
        max_age: Some(600),
        ..Cors::default()
    };
    assert_eq!(aws(1).cors.as_ref(), Some(&of_named));
    assert_eq!(aws(2).gateway, AwsGateway::HttpApiV1);
    let of_http = Cors {
        origins: vec!["https://a.example".into(), "https://b.example".into()],
        methods: vec!["GET".into()],
        has_credentials: true,
        ..Cors::default()
    };
    assert_eq!(aws(2).cors.as_ref(), Some(&of_http));
    assert_eq!(config.routes[2].timeout, Duration::from_millis(1500));
    assert_eq!(aws(3).cors, None);
}

#[test]
fn stage_and_parameters_are_chosen() {
    let parameters = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    };
    let settings = Settings {
        stage: Some("prod".into()),
        parameters: parameters(&[("other", "chosen"), ("unused", "x")]),
    };
    let text = SERVERLESS.replace("path: /users/{id}", "path: '/users/{id}'");
    let config = settings.parse(&text, Path::new("/code")).unwrap();
    assert_eq!(variable(&config, "C"), Some("lions chosen"));
    assert_eq!(variable(&config, "B"), Some("prod"));
    assert_eq!(config.routes[0].stage, "prod");
    // Also if the file has a stage of its own.
    let fixed = text.replace("${opt:stage, 'dev'}", "test");
    let config = settings.parse(&fixed, Path::new("/code")).unwrap();
    assert_eq!((variable(&config, "B"), &*config.routes[0].stage), (Some("prod"), "prod"));

    let settings = Settings {
        parameters: parameters(&[("Stage", "prod"), ("Table", "lions")]),
        ..Settings::default()
    };
    let config = settings.parse(TEMPLATE, Path::new("/code")).unwrap();
    assert_eq!((variable(&config, "G"), config.warnings.len()), (Some("lions"), 0));
    let settings =
        Settings { parameters: parameters(&[("Tabel", "lions")]), ..Settings::default() };
    let problems = settings.parse(TEMPLATE, Path::new("/code")).unwrap_err();
    assert_eq!(
        problems[0].to_string(),
        "5:3: error: the template has no parameter `Tabel`; is it `Table`?"
    );
}

#[test]
fn faults_of_a_template_have_a_place_and_a_suggestion() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resouces: {}
Conditions:
  Loop: !Not [!Condition Loop]
Resources:
  A:
    Type: AWS::Serverless::Functon
  Bees:
    Type: AWS::Serverless::Function
    Properties:
      Handler: a.b
      Runtime: nodejs20.x
      Tiemout: 3
      Environment: {Variables: {Y: !Ref Bes, Z: !Sub '${Bees'}}
      Events:
        One: {Type: Api, Properties: {Path: '/x/{id}', Method: get}}
        Two: {Type: Ap, Properties: {Path: /x, Method: get}}
        Three: {Type: HttpApi, Properties: {Path: '/x', Methd: get}}
        Four: {Type: Api, Properties: {Path: !ImportValue p, Method: get}}
        Five: {Type: Api, Properties: {Path: /y, Method: get, RestApiId: !Ref Bees}}
        Six: {Type: Api}
  Cees:
    Type: AWS::Serverless::Function
    Condition: Lop
    Properties:
      Handler: a.b
      Runtime: nodejs20.x
      Events:
        One: {Type: Api, Properties: {Path: '/x/{other}', Method: GET}}
        Two: {Type: Api, Properties: {Path: /plain, Method: GET, RestApiId: !Ref Plain}}
  Plain: {Type: 'AWS::ApiGateway::RestApi'}
  Dees:
    Type: AWS::Serverless::Function
    Condition: Loop
    Properties: {PackageType: Image}
  Ees: {Properties: {}}
  Fees: {Type: 'AWS::Other::Thing', Properties: {X: {'Fn::Subb': x}}}
";
    assert_eq!(
        faults(text),
        [
            "3:1: warning: `the template` has no key `Resouces` that is known here",
            "8:11: error: there is no type `AWS::Serverless::Functon`; is it \
             `AWS::Serverless::Function`?",
            "14:7: warning: `Bees` has no key `Tiemout` that is known here; is it `Timeout`?",
            "15:36: warning: the variable `Y` is left out: the template has no resource or \
             parameter `Bes`; is it `Bees`?",
            "15:49: warning: the variable `Z` is left out: `${` has no `}`",
            "18:21: error: there is no event `Ap`; is it `Api`?",
            "19:9: error: the event `Three` needs `Path` and `Method`",
            "19:57: warning: `Three` has no key `Methd` that is known here; is it `Method`?",
            "20:46: error: `Path`: `Fn::ImportValue` has no value here",
            "21:74: error: the template has no API `Bees`",
            "22:9: error: the event `Six` needs `Path` and `Method`",
            "25:16: error: the template has no condition `Lop`; is it `Loop`?",
            "30:9: error: GET /Prod/x/{other} is `Bees` already, by line 17",
            "35:16: error: the condition `Loop` refers to itself, or through 20 others",
            "36:31: warning: the function `Dees` is not served, as it is a container image or has \
             its code in the template: those with `CodeUri` are",
            "37:3: error: the resource `Ees` has no `Type`",
            "38:54: error: there is no function `Subb`; is it `Sub`?",
        ]
    );
}

#[test]
fn a_template_without_functions_is_refused() {
    let found = faults("AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n");
    assert_eq!(
        found,
        ["1:1: error: there is no function: no resource is an `AWS::Serverless::Function`"]
    );
    let found = faults("provider: {name: aws}\nfunctions: {}\n");
    assert_eq!(found, ["1:1: error: there is no function: `functions` has none"]);
}

#[test]
fn functions_of_a_template_cannot_ask_for_unbounded_work() {
    let items = "a,".repeat(200);
    let mut text = format!(
        "Parameters: {{P: {{Type: CommaDelimitedList, Default: '{items}'}}}}\n\
         Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
         Handler: a.b\n      Runtime: nodejs20.x\n      Environment:\n        Variables:\n"
    );
    for number in 0..1000 {
        text += &format!("          V{number}: !Join ['', !Ref P]\n");
    }
    let config = parse(&text);
    let message = "functions refer to more than 100000 values";
    assert!(warnings(&config).iter().any(|warning| warning.ends_with(message)));
    assert!(variable(&config, "V0").is_some() && variable(&config, "V999").is_none());
}
