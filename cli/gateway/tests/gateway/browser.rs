//! A browser on a page, driven by the DevTools protocol
//! (<https://chromedevtools.github.io/devtools-protocol/>).

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

use crate::support::read;

pub(crate) struct Browser {
    child: Child,
    socket: WebSocket<TcpStream>,
    messages: u64,
    _profile: TempDir,
}

impl Browser {
    pub(crate) fn open(url: &str) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let child = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-sync",
            ])
            .args(["--disable-background-networking", "--disable-component-update"])
            // Pictures are the same with any settings of fonts and screens.
            .args(["--font-render-hinting=none", "--disable-lcd-text"])
            .arg("--force-color-profile=srgb")
            .args(["--window-size=1200,700", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The file has the port and the path of the browser's own socket.
        let file = profile.path().join("DevToolsActivePort");
        let port = eventually(|| fs::read_to_string(&file).ok()?.lines().next()?.parse().ok());
        let target: String = eventually(|| {
            let targets = get(port, "/json/list")?;
            let page = targets.as_array()?.iter().find(|target| target["type"] == "page")?;
            Some(page["webSocketDebuggerUrl"].as_str()?.to_owned())
        });
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let (socket, _) = tungstenite::client(target, stream).unwrap();
        Browser { child, socket, messages: 0, _profile: profile }
    }

    pub(crate) fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.messages += 1;
        let message = json!({"id": self.messages, "method": method, "params": parameters});
        self.socket.send(Message::text(message.to_string())).unwrap();
        loop {
            let response = self.socket.read().unwrap();
            let response: Value = serde_json::from_str(response.to_text().unwrap()).unwrap();
            if response["id"] == self.messages {
                return response["result"].clone();
            }
        }
    }

    /// The value of an expression of JavaScript in the page, or what its promise gives.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let parameters =
            json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        self.call("Runtime.evaluate", parameters)["result"]["value"].clone()
    }

    /// Waits until an expression of JavaScript is true in the page.
    pub(crate) fn wait_for(&mut self, expression: &str) {
        eventually(|| (self.value(expression) == true).then_some(()));
    }

    /// A picture of the page, as a PNG file.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        let picture = self.call("Page.captureScreenshot", json!({"format": "png"}));
        STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(port: u16, path: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").ok()?;
    Some(read(&mut stream)?.json())
}

fn eventually<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(value) = attempt() {
            return value;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("it does not happen");
}
