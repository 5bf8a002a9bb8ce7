//! The gateway: starts functions and serves clients, until it is told to stop.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use globset::GlobSet;
use hyper::header::HeaderValue;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::answer;
use crate::config::{Config, Function};
use crate::functions::Functions;
use crate::http;
use crate::instance::Invocation;
use crate::observer::Observer;
use crate::service::Service;
use crate::supervisor;
use crate::websocket;

/// How a gateway runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where clients are served; port 0 for one that the system chooses.
    pub listen: SocketAddr,
    /// Instances of each function.
    pub instances: usize,
    /// The port at which the first function that is started by hand asks for events, the next one at the next. Without it, the
    /// gateway starts the functions itself.
    pub attach: Option<u16>,
    /// Commands that start functions, by their names.
    pub commands: HashMap<String, String>,
    /// The runtime for Node.
    pub node_runtime: Option<PathBuf>,
    /// The program that keeps functions: its `main` calls [`keeper::run`](crate::keeper::run). This program, if not given.
    pub keeper: PathBuf,
    /// Whether functions are started anew when a file changes that they can have loaded, and routes are read anew.
    pub watch: bool,
    /// The file with the triggers, which is read again when it changes.
    pub file: Option<PathBuf>,
    /// Globs of files that count too, relative to a function's folder.
    pub watch_more: GlobSet,
    /// Files that never count, because the gateway's user writes them: the record.
    pub watch_never: Vec<PathBuf>,
    /// How long a client may take for the head of a request, and again for its body.
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
            watch_more: GlobSet::empty(),
            watch_never: Vec::new(),
            client_time: Duration::from_secs(60),
        }
    }
}

/// A gateway that runs.
#[derive(Debug)]
pub struct Gateway {
    /// Where clients are served.
    pub address: SocketAddr,
    /// Where functions ask for events: the names of functions, and the ports of their instances.
    pub runtimes: Vec<(String, u16)>,
    /// Where functions push messages to WebSocket clients.
    pub push_url: String,
    /// Tasks that end with the gateway.
    servers: JoinSet<()>,
    functions: Arc<Functions>,
    service: Arc<Service>,
}

impl Gateway {
    /// Starts a gateway, inside a tokio runtime.
    pub async fn start(
        config: Config,
        options: Options,
        observer: Arc<dyn Observer>,
    ) -> io::Result<Gateway> {
        let listener = bind(options.listen).await?;
        let address = listener.local_addr()?;
        let push_url = push_url(address);
        let service = Arc::new(Service::new(Arc::clone(&observer), options.client_time, address));
        let limits = http::Limits { head_time: Some(options.client_time), ..http::Limits::CLIENTS };
        let functions =
            Functions::start(config, options, push_url.clone(), observer, &service).await?;
        let functions = Arc::new(functions);
        let mut servers = JoinSet::new();
        servers.spawn(Arc::clone(&functions).watch(Arc::clone(&service)));
        let served = Arc::clone(&service);
        servers.spawn(http::serve(listener, limits, move |request, peer| {
            let service = Arc::clone(&served);
            async move { Ok::<_, Infallible>(service.serve(request, peer).await) }
        }));
        let runtimes = functions.ports().await;
        Ok(Gateway { address, runtimes, push_url, servers, functions, service })
    }

    /// The functions that cannot be started, and what to do.
    pub fn unstartable<'c>(config: &'c Config, options: &Options) -> Vec<(&'c Function, String)> {
        let reason = |function: &Function| {
            let given = options.commands.get(&function.name).map(String::as_str);
            supervisor::command(function, given, options.node_runtime.as_deref()).err()
        };
        let functions = config.functions.iter().filter(|_| options.attach.is_none());
        functions.filter_map(|function| Some((function, reason(function)?))).collect()
    }

    /// Hands an event to a function, and tells what it returns.
    pub async fn invoke(&self, function: &str, event: Bytes) -> Result<Bytes, String> {
        let Some(pool) = self.service.table().pools.get(function).cloned() else {
            return Err(format!("there is no function {function}"));
        };
        let id = self.service.next_id();
        let header_id = HeaderValue::from_str(&id).map_err(|error| error.to_string())?;
        let (reply, replied) = oneshot::channel();
        pool.invoke(Invocation { id: header_id, event, reply });
        match replied.await {
            Ok(reply) => reply.outcome.map_err(|failure| {
                answer::failure(&failure, &id, pool.function.timeout.as_secs())
                    .note
                    .unwrap_or_default()
            }),
            Err(_) => Err("the event is lost: the gateway ends".into()),
        }
    }

    /// Ends the functions and the gateway.
    pub async fn stop(mut self) {
        self.service.sockets.end().await;
        self.functions.end().await;
        self.servers.abort_all();
    }
}

pub(crate) async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        io::Error::new(error.kind(), format!("cannot listen at {address}: {error}"))
    })
}

/// The program that runs now, also if its file has been replaced meanwhile.
fn this_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return "/proc/self/exe".into();
    }
    std::env::current_exe().unwrap_or_default()
}

/// The address at which functions of this machine reach the gateway.
fn push_url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}{}", SocketAddr::new(ip, address.port()), websocket::PUSH)
}
