//! A runtime API that goes through steps, keeps what the function sends, and stops the function
//! when there is no step left. It speaks HTTP by itself.

use std::future::Future;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use apigw_runtime::{Error, Platform, Runtime};
use serde_json::Value;
use tokio::sync::oneshot;

/// The identifier of every event.
pub(crate) const ID: &str = "7d1fe9d8";

/// What the platform does with a step.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Event(String),
    /// No event comes, but the connection's end.
    DropNext,
    /// No event comes, but status 500.
    RefuseNext,
    /// The event has no end.
    Endless,
    /// The first response is not acknowledged: the connection ends.
    DropResponse(String),
    /// The first response gets status 413.
    RefuseResponse(String),
    /// The function is stopped between head and body of the event.
    StopInside(String),
    /// The function is stopped before its response is read.
    StopBefore(String),
}

/// What the function has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Response(String),
    /// The message of an error.
    Failure(String),
    /// The chunks of a stream, and its trailers.
    Stream(Vec<String>, String),
}

pub(crate) fn response(body: &str) -> Sent {
    Sent::Response(format!(
        "{{\"isBase64Encoded\":false,\"statusCode\":200,\
         \"headers\":{{\"content-type\":\"text/plain\"}},\"body\":\"{body}\"}}"
    ))
}

pub(crate) fn failure(message: &str) -> Sent {
    Sent::Failure(message.into())
}

pub(crate) fn event(path: &str) -> String {
    format!(
        "{{\"httpMethod\":\"POST\",\"path\":\"{path}\",\"body\":\"hello\",\
         \"requestContext\":{{\"serviceId\":\"s\"}}}}"
    )
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) sent: Vec<Sent>,
    pub(crate) connections: usize,
    /// The types of errors.
    pub(crate) kinds: Vec<String>,
    at: usize,
    is_again: bool,
    stop: Option<oneshot::Sender<()>>,
}

/// Runs a test with each protocol.
pub(crate) fn on_both(test: fn(bool)) {
    test(false);
    test(true);
}

/// Runs a function through steps, and returns what it has sent.
pub(crate) fn run<F: Future<Output = Result<(), Error>>>(
    is_lambda: bool,
    steps: &[Step],
    function: impl FnOnce(Runtime) -> F,
) -> (State, Result<(), Error>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (stop, stopped) = oneshot::channel();
    let state = Arc::new(Mutex::new(State { stop: Some(stop), ..State::default() }));
    let (shared, steps) = (Arc::clone(&state), steps.to_vec());
    thread::spawn(move || {
        for stream in listener.incoming() {
            shared.lock().unwrap().connections += 1;
            let stream = stream.unwrap();
            stream.set_nodelay(true).unwrap();
            let connection = Connection { stream, is_lambda, steps: &steps, state: &shared };
            // It ends when the function, or a step, closes the connection.
            let _ = connection.serve();
        }
    });
    let platform = if is_lambda { Platform::Lambda(address) } else { Platform::Scf(address) };
    let runtime = Runtime::new(platform).stop_with(async {
        let _ = stopped.await;
    });
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = tokio.block_on(function(runtime));
    let state = std::mem::take(&mut *state.lock().unwrap());
    (state, outcome)
}

struct Connection<'s> {
    stream: TcpStream,
    is_lambda: bool,
    steps: &'s [Step],
    state: &'s Mutex<State>,
}

struct Request {
    line: String,
    head: String,
    body: Body,
}

enum Body {
    Whole(Vec<u8>),
    Chunks(Vec<String>, String),
}

impl Connection<'_> {
    fn serve(mut self) -> Option<()> {
        loop {
            let request = self.read()?;
            let base = if self.is_lambda { "/2018-06-01" } else { "" };
            let place = if self.is_lambda { format!("/{ID}") } else { String::new() };
            let ok = if self.is_lambda { "202 Accepted" } else { "200 OK" };
            match request.line.strip_suffix(" HTTP/1.1").unwrap() {
                "POST /runtime/init/ready" if !self.is_lambda => self.status("200 OK")?,
                line if line == format!("GET {base}/runtime/invocation/next") => self.next()?,
                line if line == format!("POST {base}/runtime/invocation{place}/response") => {
                    let sent = match request.body {
                        Body::Whole(body) => Sent::Response(String::from_utf8(body).unwrap()),
                        Body::Chunks(chunks, trailers) => Sent::Stream(chunks, trailers),
                    };
                    self.receive(sent, &request.head, ok)?;
                }
                line if line == format!("POST {base}/runtime/invocation{place}/error") => {
                    let Body::Whole(body) = request.body else { panic!("an error in chunks") };
                    let message = self.message(&request.head, &body);
                    self.receive(Sent::Failure(message), &request.head, ok)?;
                }
                line => panic!("{line}"),
            }
        }
    }

    /// Reads the message of an error.
    fn message(&self, head: &str, body: &[u8]) -> String {
        if !self.is_lambda {
            assert!(head.contains("\r\ncontent-type: text/plain; charset=utf-8\r\n"), "{head}");
            return String::from_utf8(body.to_vec()).unwrap();
        }
        assert!(head.contains("\r\ncontent-type: application/json\r\n"), "{head}");
        let error: Value = serde_json::from_slice(body).unwrap();
        let kind = error["errorType"].as_str().unwrap();
        let header = format!("\r\nlambda-runtime-function-error-type: {kind}\r\n");
        assert!(head.contains(&header), "{head}");
        assert!(error["stackTrace"].is_array());
        self.state.lock().unwrap().kinds.push(kind.into());
        error["errorMessage"].as_str().unwrap().into()
    }

    fn stop(&self) {
        if let Some(stop) = self.state.lock().unwrap().stop.take() {
            let _ = stop.send(());
        }
    }

    fn next(&mut self) -> Option<()> {
        let at = self.state.lock().unwrap().at;
        let Some(step) = self.steps.get(at) else {
            self.stop();
            return Some(());
        };
        let event = match step {
            Step::DropNext | Step::RefuseNext => {
                self.state.lock().unwrap().at += 1;
                if let Step::DropNext = step {
                    return None;
                }
                return self.status("500 Internal Server Error");
            }
            Step::Endless => {
                self.write(&format!("HTTP/1.1 200 OK\r\n{}\r\n", self.head()))?;
                let piece = "a".repeat(1 << 16);
                while self.write(&piece).is_some() {}
                return None;
            }
            Step::Event(event)
            | Step::DropResponse(event)
            | Step::RefuseResponse(event)
            | Step::StopInside(event)
            | Step::StopBefore(event) => event,
        };
        let length = event.len();
        let head = self.head();
        self.write(&format!("HTTP/1.1 200 OK\r\n{head}content-length: {length}\r\n\r\n"))?;
        if let Step::StopInside(_) = step {
            thread::sleep(Duration::from_millis(50));
            self.stop();
            thread::sleep(Duration::from_millis(50));
        }
        self.write(event)
    }

    /// The headers of an event.
    fn head(&self) -> String {
        if !self.is_lambda {
            return format!(
                "Request_Id: {ID}\r\nmemory_limit_in_mb: 128\r\ntime_limit_in_ms: 3000\r\n"
            );
        }
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        format!(
            "Lambda-Runtime-Aws-Request-Id: {ID}\r\nLambda-Runtime-Deadline-Ms: {}\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:f\r\nLambda-Runtime-Trace-Id: Root=1\r\n\
             Lambda-Runtime-Client-Context: {{\"client\":{{}}}}\r\n\
             Lambda-Runtime-Cognito-Identity: {{}}\r\n",
            since.as_millis() + 3000
        )
    }

    fn receive(&mut self, sent: Sent, head: &str, accepted: &str) -> Option<()> {
        let echo = format!("\r\nrequest_id: {ID}\r\n");
        assert_eq!(head.contains(&echo), !self.is_lambda, "{head}");
        let mut state = self.state.lock().unwrap();
        state.sent.push(sent);
        let step = &self.steps[state.at];
        match step {
            Step::DropResponse(_) if !state.is_again => {
                state.is_again = true;
                return None;
            }
            Step::RefuseResponse(_) if !state.is_again => {
                state.is_again = true;
                drop(state);
                return self.status("413 Payload Too Large");
            }
            _ => {}
        }
        state.at += 1;
        state.is_again = false;
        drop(state);
        if let Step::StopBefore(_) = step {
            self.stop();
        }
        self.status(accepted)
    }

    fn status(&mut self, status: &str) -> Option<()> {
        self.write(&format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nok"))
    }

    fn write(&mut self, text: &str) -> Option<()> {
        self.stream.write_all(text.as_bytes()).ok()
    }

    fn read(&mut self) -> Option<Request> {
        let head = self.read_until("\r\n\r\n")?;
        let line = head.split("\r\n").next().unwrap().to_owned();
        if head.contains("\r\ntransfer-encoding: chunked\r\n") {
            let mut chunks = Vec::new();
            loop {
                let size = self.read_until("\r\n")?;
                let size = usize::from_str_radix(size.trim_end(), 16).unwrap();
                if size == 0 {
                    let mut trailers = String::new();
                    while !trailers.ends_with("\r\n\r\n") && trailers != "\r\n" {
                        trailers += &self.read_until("\r\n")?;
                    }
                    return Some(Request { line, head, body: Body::Chunks(chunks, trailers) });
                }
                let chunk = self.read_exact(size + 2)?;
                chunks.push(String::from_utf8_lossy(&chunk[..size]).into_owned());
            }
        }
        let length = head.split("\r\ncontent-length: ").nth(1);
        let length = length.map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
        let body = Body::Whole(self.read_exact(length)?);
        Some(Request { line, head, body })
    }

    fn read_exact(&mut self, length: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn read_until(&mut self, end: &str) -> Option<String> {
        let mut text = Vec::new();
        while !text.ends_with(end.as_bytes()) {
            text.extend(self.read_exact(1)?);
        }
        Some(String::from_utf8(text).unwrap())
    }
}
