//! The web server: started, waited for, started again when it has ended.

use std::ffi::OsString;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::complain;
use crate::args;

/// The time between two looks whether the server is ready.
const PAUSE: Duration = Duration::from_millis(5);

/// How long the server may take to end after SIGTERM.
const GRACE: Duration = Duration::from_secs(2);

/// How long one look may take.
const LOOK: Duration = Duration::from_secs(5);

/// The web server.
pub(super) struct Server {
    command: Vec<OsString>,
    port: u16,
    /// The path that responds when the server is ready; without one, its port does.
    ready: Option<String>,
    limit: Duration,
    child: Option<Child>,
}

impl Server {
    pub(super) fn new(arguments: &args::Proxy) -> Server {
        Server {
            command: arguments.command.clone(),
            port: arguments.port,
            ready: arguments.ready.clone(),
            limit: Duration::from_secs(arguments.ready_timeout),
            child: None,
        }
    }

    /// The address of the server.
    pub(super) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// How the server has ended, if it has.
    pub(super) fn ended(&mut self) -> Option<String> {
        let status = self.child.as_mut()?.try_wait();
        match status {
            Ok(None) => None,
            Ok(Some(status)) => Some(described(status)),
            Err(error) => Some(format!("is lost: {error}")),
        }
    }

    /// Starts the server unless it runs, and waits until it is ready: at most this long, and at
    /// most the time that the user gives it.
    pub(super) async fn ensure(&mut self, limit: Option<Duration>) -> Result<(), String> {
        if self.child.is_some() {
            let Some(how) = self.ended() else { return Ok(()) };
            complain(format_args!("the server {how} and is started again"));
            self.child = None;
        }
        self.child = Some(self.start()?);
        let limit = limit.unwrap_or(self.limit).min(self.limit);
        let deadline = Instant::now() + limit;
        loop {
            if let Some(how) = self.ended() {
                self.child = None;
                return Err(format!("the server {how} before it was ready"));
            }
            let looked = timeout_at(deadline.min(Instant::now() + LOOK), self.look()).await;
            let reason = match looked {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(reason)) => reason,
                Err(_) => "it does not respond".into(),
            };
            if Instant::now() >= deadline {
                self.end().await;
                return Err(format!("the server was not ready within {limit:?}: {reason}"));
            }
            sleep(PAUSE).await;
        }
    }

    fn start(&self) -> Result<Child, String> {
        let [program, arguments @ ..] = &self.command[..] else {
            return Err("there is no command for the server".into());
        };
        let mut command = Command::new(program);
        command.args(arguments).env("PORT", self.port.to_string()).stdin(Stdio::null());
        let started = command.kill_on_drop(true).spawn();
        started.map_err(|error| format!("cannot run {}: {error}", program.to_string_lossy()))
    }

    /// Looks whether the server is ready.
    async fn look(&self) -> Result<(), String> {
        let address = self.address();
        let stream = TcpStream::connect(&address).await.map_err(|error| error.to_string())?;
        let Some(path) = &self.ready else { return Ok(()) };
        let text = |error: hyper::Error| error.to_string();
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(text)?;
        let connection = tokio::spawn(connection);
        let request = Request::get(path).header(header::HOST, address);
        let request = request.body(Full::<Bytes>::default()).map_err(|error| error.to_string())?;
        let response = sender.send_request(request).await.map_err(text);
        connection.abort();
        let status = response?.status();
        if status.is_server_error() {
            return Err(format!("GET {path} returned {status}"));
        }
        Ok(())
    }

    /// Ends the server.
    pub(super) async fn end(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if let Some(pid) = child.id().and_then(|pid| Pid::from_raw(pid as i32)) {
            // A server that has just ended needs no signal.
            let _ = kill_process(pid, Signal::TERM);
        }
        if timeout(GRACE, child.wait()).await.is_err() {
            let _ = child.kill().await;
        }
    }
}

fn described(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with status {code}"),
        None => format!("was ended by {status}"),
    }
}
