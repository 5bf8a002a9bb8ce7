//! The open WebSocket connections of a gateway.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::lock::lock;

/// Connections that are open at once.
const MAX_CONNECTIONS: usize = 4096;

/// How long a client may take to confirm the end of a connection, and connections to end with the
/// gateway.
pub(crate) const GRACE: Duration = Duration::from_secs(2);

/// The open connections, by their identifiers.
pub(crate) struct Sockets {
    open: Mutex<HashMap<String, Socket>>,
    /// Whether the gateway ends. Each connection has a receiver until its function knows that it is
    /// closed.
    ending: watch::Sender<bool>,
}

/// How an open connection is reached.
struct Socket {
    target: String,
    pushes: mpsc::Sender<Message>,
}

impl Default for Sockets {
    fn default() -> Sockets {
        Sockets { open: Mutex::default(), ending: watch::Sender::new(false) }
    }
}

impl Sockets {
    /// Adds a connection, unless there are too many or the gateway ends. The receiver changes when
    /// the gateway ends.
    pub(crate) fn add(
        &self,
        id: String,
        target: String,
        pushes: mpsc::Sender<Message>,
    ) -> Option<watch::Receiver<bool>> {
        let ending = self.ending.subscribe();
        let mut open = lock(&self.open);
        if open.len() >= MAX_CONNECTIONS || *ending.borrow() {
            return None;
        }
        open.insert(id, Socket { target, pushes });
        Some(ending)
    }

    pub(crate) fn remove(&self, id: &str) {
        lock(&self.open).remove(id);
    }

    /// The target of a connection, and where messages for its client go.
    pub(crate) fn find(&self, id: &str) -> Option<(String, mpsc::Sender<Message>)> {
        lock(&self.open).get(id).map(|socket| (socket.target.clone(), socket.pushes.clone()))
    }

    /// Closes all connections, and notifies their functions.
    pub(crate) async fn end(&self) {
        self.ending.send_replace(true);
        // Those that take longer end with the process.
        let _ = timeout(2 * GRACE, self.ending.closed()).await;
    }
}
