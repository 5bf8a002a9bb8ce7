//! The gateway: starts functions and serves clients, until it is told to stop.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::header::HeaderValue;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch as state};
use tokio::task::JoinHandle;

use crate::answer;
use crate::config::{Config, Function};
use crate::hosts::Hosts;
use crate::http;
use crate::instance::{Instance, Invocation, Pool};
use crate::observer::{Notice, Observer};
use crate::service::Service;
use crate::supervisor::{Launch, Wish, supervise};
use crate::watch;
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
    /// Whether functions are started anew when a file in their folder changes.
    pub watch: bool,
    /// Names, besides `localhost` and addresses, that requests may have as their host.
    pub allow_hosts: Vec<String>,
    /// Whether pages of any site may open WebSockets.
    pub allow_any_origin: bool,
    /// How long a client may take for the head of a request, and again for its body; and how long
    /// it may read nothing of the answer.
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
            allow_hosts: Vec::new(),
            allow_any_origin: false,
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
    tasks: Tasks,
    wishes: Wishes,
    service: Arc<Service>,
}

/// What is wished of the instances of functions, by the functions' names.
type Wishes = Arc<HashMap<String, state::Sender<Wish>>>;

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
        let hosts = |listen| {
            Arc::new(Hosts::new(listen, options.allow_hosts.clone(), options.allow_any_origin))
        };
        // Functions ask at the loopback address in any case.
        let runtime_hosts = hosts(Ipv4Addr::LOCALHOST.into());
        let mut tasks = Tasks::default();
        let mut runtimes = Vec::new();
        let mut wishes = HashMap::new();
        let mut pools = HashMap::new();
        let mut port = options.attach.unwrap_or(0);
        for function in &config.functions {
            let pool = Arc::new(Pool::new(function.clone(), options.instances));
            pools.insert(function.name.clone(), Arc::clone(&pool));
            let wish = state::Sender::new(Wish::Run(0));
            for number in 0..options.instances {
                let listener = bind((Ipv4Addr::LOCALHOST, port).into()).await?;
                let instance_port = listener.local_addr()?.port();
                runtimes.push((function.name.clone(), instance_port));
                let is_attached = options.attach.is_some();
                let instance = Instance::new(Arc::clone(&pool), number, is_attached);
                tasks.servers.push(tokio::spawn(
                    Arc::clone(&instance).serve(listener, Arc::clone(&runtime_hosts)),
                ));
                if is_attached {
                    // Port 0 stands for any that is free.
                    port = if port == 0 { 0 } else { port.saturating_add(1) };
                    continue;
                }
                let launch = Launch {
                    given: options.commands.get(&function.name).cloned(),
                    node_runtime: options.node_runtime.clone(),
                    keeper: options.keeper.clone(),
                    port: instance_port,
                    push_url: push_url.clone(),
                };
                let task = supervise(instance, launch, wish.subscribe(), Arc::clone(&observer));
                tasks.supervisors.push(tokio::spawn(task));
            }
            wishes.insert(function.name.clone(), wish);
        }
        let wishes = Arc::new(wishes);
        if options.watch && options.attach.is_none() {
            let wishes = Arc::clone(&wishes);
            tasks.servers.push(tokio::spawn(reload(
                config.functions,
                wishes,
                Arc::clone(&observer),
            )));
        }
        let service = Arc::new(Service::new(
            config.routes,
            pools,
            observer,
            options.client_time,
            address,
            hosts(address.ip()),
        ));
        let served = Arc::clone(&service);
        let client_time = Some(options.client_time);
        let limits = http::Limits {
            head_time: client_time,
            write_time: client_time,
            ..http::Limits::CLIENTS
        };
        let server = http::serve(listener, limits, move |request, peer| {
            let service = Arc::clone(&served);
            async move { Ok::<_, Infallible>(service.serve(request, peer).await) }
        });
        tasks.servers.push(tokio::spawn(server));
        Ok(Gateway { address, runtimes, push_url, tasks, wishes, service })
    }

    /// Hands an event to a function, and tells what it returns.
    pub async fn invoke(&self, function: &str, event: Bytes) -> Result<Bytes, String> {
        let Some(pool) = self.service.pools.get(function) else {
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
        for wish in self.wishes.values() {
            wish.send_replace(Wish::End);
        }
        for supervisor in self.tasks.supervisors.drain(..) {
            // One that panicked has ended too.
            let _ = supervisor.await;
        }
    }
}

/// Tasks that end with the gateway, also if it could not be started.
#[derive(Debug, Default)]
struct Tasks {
    servers: Vec<JoinHandle<()>>,
    supervisors: Vec<JoinHandle<()>>,
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.servers.iter().chain(&self.supervisors).for_each(JoinHandle::abort);
    }
}

/// Starts functions anew, each instance as soon as it has no event, when a file in their folder has changed.
async fn reload(functions: Vec<Function>, wishes: Wishes, observer: Arc<dyn Observer>) {
    let folder = |function: &Function| std::fs::canonicalize(&function.folder).ok();
    let mut folders: Vec<PathBuf> = functions.iter().filter_map(folder).collect();
    folders.sort();
    folders.dedup();
    watch::watch(folders, |changed| {
        for function in &functions {
            if folder(function).as_deref() == Some(changed)
                && let Some(wish) = wishes.get(&function.name)
            {
                observer.notice(&function.name, Notice::Changed);
                wish.send_modify(|wish| {
                    if let Wish::Run(count) = wish {
                        *count += 1;
                    }
                });
            }
        }
    })
    .await;
}

async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
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
