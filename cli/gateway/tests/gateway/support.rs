//! A gateway, clients and functions for it. Clients and functions speak HTTP by themselves, not
//! with the gateway's library.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use apigw_gateway::config::{Config, Problem};
use apigw_gateway::{Exchange, Gateway, Notice, Observer, Options};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// What a gateway told.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) exchanges: Mutex<Vec<Arc<Exchange>>>,
    pub(crate) notices: Mutex<Vec<String>>,
}

impl Observer for Told {
    fn exchange(&self, exchange: &Arc<Exchange>) {
        self.exchanges.lock().unwrap().push(Arc::clone(exchange));
    }

    fn notice(&self, function: &str, notice: Notice<'_>) {
        self.notices.lock().unwrap().push(format!("{function} {notice:?}"));
    }

    fn configured(&self, outcome: Result<&Config, &[Problem]>) {
        let told = match outcome {
            Ok(config) => format!("configured: {} routes", config.routes.len()),
            Err(problems) => format!("not configured: {}", problems[0]),
        };
        self.notices.lock().unwrap().push(told);
    }
}

impl Told {
    pub(crate) fn last(&self) -> Arc<Exchange> {
        Arc::clone(self.exchanges.lock().unwrap().last().unwrap())
    }

    pub(crate) fn count(&self, text: &str) -> usize {
        self.notices.lock().unwrap().iter().filter(|notice| notice.contains(text)).count()
    }

    pub(crate) fn has_notice(&self, text: &str) -> bool {
        self.notices.lock().unwrap().iter().any(|notice| notice.contains(text))
    }
}

/// A configuration of one function, for tests that are not about configurations.
pub(crate) const CONFIG: &str = "
functions:
  hello_world:
    handler: index.main_handler
    runtime: Nodejs8.9
    timeout: 10
    initTimeout: 20
    events:
      - apigw: {parameters: {httpMethod: ANY, integratedResponse: true}}
";

/// A gateway that runs until it is dropped.
pub(crate) struct Local {
    runtime: Runtime,
    gateway: Option<Gateway>,
    pub(crate) address: SocketAddr,
    pub(crate) told: Arc<Told>,
}

impl Local {
    pub(crate) fn start(config: &str, folder: &Path, options: Options) -> Local {
        let config = Config::parse(config, folder).unwrap();
        let options = Options { keeper: env!("CARGO_BIN_EXE_apigw-keeper").into(), ..options };
        let runtime = Runtime::new().unwrap();
        let told = Arc::new(Told::default());
        let observer: Arc<dyn Observer> = Arc::clone(&told) as Arc<dyn Observer>;
        let gateway = runtime.block_on(Gateway::start(config, options, observer)).unwrap();
        Local { address: gateway.address, runtime, gateway: Some(gateway), told }
    }

    /// A gateway whose functions are threads of the test.
    pub(crate) fn with(config: &str, handler: fn(Value) -> Reaction) -> Local {
        Local::with_options(config, Options::default(), handler)
    }

    pub(crate) fn with_options(
        config: &str,
        options: Options,
        handler: fn(Value) -> Reaction,
    ) -> Local {
        let options = Options { attach: Some(0), ..options };
        let local = Local::start(config, Path::new("."), options);
        for (_, port) in &local.gateway.as_ref().unwrap().runtimes {
            let port = *port;
            thread::spawn(move || run(port, handler));
        }
        local
    }

    /// Drops the gateway without a stop, as a program does that ends early.
    pub(crate) fn forget(mut self) {
        drop(self.gateway.take());
    }

    pub(crate) fn gateway(&self) -> &Gateway {
        self.gateway.as_ref().unwrap()
    }

    pub(crate) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Sends a request and reads its response.
    pub(crate) fn send(&self, head: &str, body: impl AsRef<[u8]>) -> Answer {
        let body = body.as_ref();
        let mut stream = self.connect();
        let length = if body.is_empty() || head.contains("content-length") {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        let (first, headers) = head.split_once('\n').unwrap_or((head, ""));
        let headers: String = headers.lines().map(|line| format!("{}\r\n", line.trim())).collect();
        let text = format!("{first} HTTP/1.1\r\nhost: {}\r\n{headers}{length}\r\n", self.address);
        stream.write_all(text.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        read(&mut stream).expect("the gateway responds")
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        if let Some(gateway) = self.gateway.take() {
            self.runtime.block_on(gateway.stop());
        }
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Reads one response, whose length is in its head.
pub(crate) fn read(stream: &mut TcpStream) -> Option<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.trim_end().split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Answer { status, headers, body })
}

/// What a function does with an event.
pub(crate) enum Reaction {
    Answer(Vec<u8>),
    Error(&'static str),
    /// Takes longer than it may.
    Late(Duration),
}

pub(crate) fn response(response: Value) -> Reaction {
    Reaction::Answer(response.to_string().into_bytes())
}

/// A function that returns the event.
pub(crate) fn echo(event: Value) -> Reaction {
    response(json!({"isBase64Encoded": false, "statusCode": 200,
        "headers": {"content-type": "application/json"}, "body": event.to_string()}))
}

/// Takes events until the gateway has gone.
fn run(port: u16, handler: fn(Value) -> Reaction) -> Option<()> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    call(&mut stream, "POST /runtime/init/ready", b" ")?;
    loop {
        let next = call(&mut stream, "GET /runtime/invocation/next", b"")?;
        assert!(next.header("request_id").is_some());
        assert!(next.header("memory_limit_in_mb").is_some());
        assert!(next.header("time_limit_in_ms").is_some());
        match handler(next.json()) {
            Reaction::Answer(output) => {
                call(&mut stream, "POST /runtime/invocation/response", &output)?
            }
            Reaction::Error(reason) => {
                call(&mut stream, "POST /runtime/invocation/error", reason.as_bytes())?
            }
            Reaction::Late(time) => {
                thread::sleep(time);
                call(&mut stream, "POST /runtime/invocation/response", b"too late")?
            }
        };
    }
}

fn call(stream: &mut TcpStream, what: &str, body: &[u8]) -> Option<Answer> {
    let head =
        format!("{what} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
    let response = read(stream)?;
    assert_eq!(response.status, 200);
    Some(response)
}

/// Options with which functions are run by the runtime for Node next to this file.
pub(crate) fn node() -> Options {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/runtime.js");
    let command = format!("node {} index.main_handler", runtime.display());
    Options { commands: HashMap::from([("hello_world".into(), command)]), ..Options::default() }
}

/// The two files of the specification.
pub(crate) fn specification() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/serverless")
}

/// Whether it becomes true; only a gateway that does not work lets it wait for long.
pub(crate) fn eventually(mut condition: impl FnMut() -> bool) -> bool {
    (0..600).any(|_| {
        let is_true = condition();
        if !is_true {
            std::thread::sleep(Duration::from_millis(100));
        }
        is_true
    })
}
