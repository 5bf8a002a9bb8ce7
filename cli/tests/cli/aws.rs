//! `apigw dev` and `apigw config` in projects for AWS.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{apigw, run};

/// A runtime of AWS Lambda, next to the tests of the gateway.
fn runtime(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("gateway/tests/gateway").join(name)
}

/// A copy of an example.
fn example(name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    copy(&source, folder.path());
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// `apigw dev` in a project.
struct Dev {
    child: Child,
    /// The lines that it prints at its start.
    lines: Vec<String>,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Dev {
    fn start(folder: &Path, modules: &Path) -> Dev {
        let mut command = apigw();
        command.current_dir(folder).args(["dev", "--port", "0", "--node-runtime"]);
        command.arg(runtime("lambda-runtime.js")).env("PYTHONPATH", modules);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut lines = Vec::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(out.read_line(&mut line).unwrap(), 0, "{lines:?}");
            if let Some(rest) = line.strip_prefix("requests and responses: http://") {
                break rest.strip_suffix("/_apigw\n").unwrap().to_owned();
            }
            lines.push(line);
        };
        let lines = lines.iter().map(|line| line.replace(&address, "HERE")).collect();
        Dev { child, lines, out, address }
    }

    /// The status and the body of a response.
    fn send(&self, request: &str, host: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{request} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        (head[9..12].parse().unwrap(), body.to_owned())
    }

    fn json(&self, request: &str, host: &str) -> Value {
        let (_, body) = self.send(request, host);
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{request}: {error}: {body}"))
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_serverless_project_is_served() {
    let folder = example("aws-serverless");
    fs::copy(runtime("lambda-runtime.js"), folder.path().join("bootstrap")).unwrap();
    let mut dev = Dev::start(folder.path(), folder.path());
    let port = dev.address.rsplit(':').next().unwrap().to_owned();
    assert_eq!(
        dev.lines,
        [
            "GET http://HERE/dev/users/{id} -> api (nodejs20.x, src/api.handler)\n".to_owned(),
            "ANY http://HERE/dev/files/{path+} -> api (nodejs20.x, src/api.handler)\n".into(),
            "GET http://HERE/pets/{id} -> api (nodejs20.x, src/api.handler)\n".into(),
            "ANY http://HERE/* -> api (nodejs20.x, src/api.handler)\n".into(),
            format!("ANY http://api.localhost:{port}/* -> api (nodejs20.x, src/api.handler)\n"),
            "POST http://HERE/dev/tool -> tool (provided.al2023, bootstrap)\n".into(),
        ]
    );
    let found = dev.json("GET /dev/users/7?a=b", "localhost");
    assert_eq!((&found["greeting"], &found["region"]), (&json!("hello"), &json!("us-east-1")));
    assert_eq!(found["event"]["resource"], "/users/{id}");
    assert_eq!(found["event"]["requestContext"]["requestId"], found["requestId"]);
    let mut line = String::new();
    dev.out.read_line(&mut line).unwrap();
    assert!(line.contains(" 200 GET /dev/users/7?a=b "), "{line}");
    let found = dev.json("GET /pets/7", "localhost");
    assert_eq!(found["event"]["routeKey"], "GET /pets/{id}");
    let found = dev.json("GET /pets/7", "api.localhost");
    assert_eq!(found["event"]["routeKey"], "$default");
    // The bootstrap, which is a program of its own.
    let found = dev.json("POST /dev/tool", "localhost");
    assert_eq!(found["requestContext"]["resourcePath"], "/tool");
}

#[test]
fn a_sam_project_is_served() {
    let folder = example("aws-sam");
    let modules = tempfile::tempdir().unwrap();
    let package = modules.path().join("apigw");
    fs::create_dir(&package).unwrap();
    fs::write(package.join("__init__.py"), "").unwrap();
    fs::copy(runtime("lambda_runtime.py"), package.join("runtime.py")).unwrap();
    let dev = Dev::start(folder.path(), modules.path());
    assert_eq!(dev.lines[0], "GET http://HERE/prod/cats/{id} -> Web (nodejs20.x, app.handler)\n");
    let found = dev.json("GET /prod/cats/7", "localhost");
    assert_eq!((&found["stage"], &found["table"]), (&json!("prod"), &json!("local-cats-prod")));
    assert_eq!(found["event"]["pathParameters"], json!({"id": "7"}));
    let found = dev.json("GET /any", "localhost");
    assert_eq!(found["event"]["routeKey"], "$default");
    let (status, body) = dev.send("POST /prod/jobs", "localhost");
    let found: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &found["handler"]), (202, &json!("jobs.handler")));
    assert_eq!(found["event"]["resource"], "/jobs");
    let (status, body) = dev.send("GET /prod/nothing", "localhost");
    assert_eq!((status, &*body), (403, "{\"message\": \"Missing Authentication Token\"}"));
}

#[test]
fn the_examples_are_right_and_are_shown() {
    let folder = example("aws-serverless");
    let found = run(&folder, &["config", "check"]);
    assert_eq!(found.out, "serverless.yml: ok, 2 functions, 6 routes\n");
    let folder = example("aws-sam");
    let found = run(&folder, &["config", "check"]);
    assert_eq!(found.out, "template.yaml: ok, 2 functions, 4 routes\n");
    let found = run(&folder, &["config", "show"]);
    let lines: Vec<&str> = found.out.lines().map(str::trim).collect();
    assert_eq!(lines[1], "GET /prod/cats/{id}, REST API, timeout 29 s, CORS, binary image/*");
    assert_eq!(lines[2], "ANY /*, HTTP API, timeout 30 s");
    assert_eq!(lines[3], "ANY /*, function URL, timeout 900 s");
}

#[test]
fn a_stage_and_parameters_are_chosen() {
    let folder = example("aws-serverless");
    let found = run(&folder, &["config", "show", "--stage", "prod"]);
    assert!(found.out.contains("GET /prod/users/{id}, REST API"), "{}", found.out);
    let folder = example("aws-sam");
    let found = run(&folder, &["config", "show", "--param", "Stage=v2"]);
    assert!(found.out.contains("GET /v2/cats/{id}, REST API"), "{}", found.out);
    let found = run(&folder, &["config", "check", "--param", "Stag=v2"]);
    assert_eq!(
        (found.status, &*found.out),
        (1, "template.yaml:4:3: error: the template has no parameter `Stag`; is it `Stage`?\n")
    );
    assert_eq!(run(&folder, &["config", "check", "--param", "Stage"]).status, 2);
}

#[test]
fn events_are_handed_to_a_function_of_a_project() {
    let folder = example("aws-sam");
    let runtime = runtime("lambda-runtime.js");
    let runtime = runtime.to_str().unwrap();
    for (dialect, status) in [("aws-rest-api", "200"), ("aws-http-api", "200")] {
        let made = run(&folder, &["event", "make", "--dialect", dialect, "--path", "/cats"]);
        fs::write(folder.path().join("event.json"), made.out).unwrap();
        let arguments = ["invoke", "event.json", "--function", "Web", "--node-runtime", runtime];
        let found = run(&folder, &arguments);
        assert!(found.out.starts_with(&format!("status {status}\n")), "{}{}", found.out, found.err);
        assert!(found.out.contains("local-cats-prod"), "{}", found.out);
        let arguments = ["replay", "event.json", "--function", "Web", "--node-runtime", runtime];
        let found = run(&folder, &arguments);
        assert!(found.out.contains("status 200  1\n"), "{}{}", found.out, found.err);
    }
}
