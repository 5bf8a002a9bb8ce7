//! How a gateway runs.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use globset::GlobSet;

use crate::config::Settings;

/// How a gateway runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where clients are served; port 0 for one that the system chooses.
    pub listen: SocketAddr,
    /// Instances of each function.
    pub instances: usize,
    /// The port at which the first function that is started by hand asks for events, the next one
    /// at the next. Without it, the gateway starts the functions itself.
    pub attach: Option<u16>,
    /// Commands that start functions, by their names.
    pub commands: HashMap<String, String>,
    /// The runtime for Node.
    pub node_runtime: Option<PathBuf>,
    /// The program that keeps functions: its `main` calls [`keeper::run`](crate::keeper::run). This
    /// program, if not given.
    pub keeper: PathBuf,
    /// Whether functions are started anew when a file changes that they can have loaded, and routes
    /// are read anew.
    pub watch: bool,
    /// The file with the triggers, which is read again when it changes.
    pub file: Option<PathBuf>,
    /// What is chosen for that file.
    pub settings: Settings,
    /// Globs of files that count too, relative to a function's folder.
    pub watch_more: GlobSet,
    /// Files that never count, because the gateway's user writes them: the record.
    pub watch_never: Vec<PathBuf>,
    /// Names, besides `localhost` and addresses, that requests may have as their host.
    pub allow_hosts: Vec<String>,
    /// Whether pages of any site may open WebSockets.
    pub allow_any_origin: bool,
    /// How long a client may take for the head of a request, and again for its body; and how long
    /// it may read nothing of the response.
    pub client_time: Duration,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            instances: 1,
            attach: None,
            commands: HashMap::new(),
            node_runtime: None,
            keeper: this_program(),
            watch: true,
            file: None,
            settings: Settings::default(),
            watch_more: GlobSet::empty(),
            watch_never: Vec::new(),
            allow_hosts: Vec::new(),
            allow_any_origin: false,
            client_time: Duration::from_secs(60),
        }
    }
}

/// The program that runs now, also if its file has been replaced meanwhile.
fn this_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return "/proc/self/exe".into();
    }
    std::env::current_exe().unwrap_or_default()
}
