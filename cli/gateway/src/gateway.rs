//! The gateway: starts functions and serves clients, until it is told to stop.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use hyper::header::HeaderValue;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::config::{Config, Function};
use crate::dispatch;
use crate::functions::Functions;
use crate::hosts::Hosts;
use crate::http::{self, bind};
use crate::invocation::{Invocation, Output};
use crate::observer::Observer;
use crate::options::Options;
use crate::push;
use crate::response;
use crate::service::{MAX_BODY, Service};
use crate::supervisor;
use crate::watch::WatchedFile;

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
        let hosts = |listen| {
            Arc::new(Hosts::new(listen, options.allow_hosts.clone(), options.allow_any_origin))
        };
        // Functions ask at the loopback address in any case.
        let runtime_hosts = hosts(Ipv4Addr::LOCALHOST.into());
        let service = Arc::new(Service::new(
            Arc::clone(&observer),
            options.client_time,
            address,
            hosts(address.ip()),
        ));
        let client_time = Some(options.client_time);
        let limits = http::Limits {
            head_time: client_time,
            write_time: client_time,
            ..http::Limits::CLIENTS
        };
        // Before functions start: otherwise a change that comes soon after would not be seen.
        let file = options.file.clone().map(|path| WatchedFile::new(path, &config.files));
        let functions =
            Functions::start(config, options, push_url.clone(), runtime_hosts, observer, &service)
                .await?;
        let functions = Arc::new(functions);
        let mut servers = JoinSet::new();
        servers.spawn(Arc::clone(&functions).watch(file, Arc::clone(&service)));
        let served = Arc::clone(&service);
        servers.spawn(http::serve(listener, limits, move |request, peer| {
            let service = Arc::clone(&served);
            async move { Ok::<_, Infallible>(dispatch::serve(&service, request, peer).await) }
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

    /// Hands an event to a function, and returns its output.
    pub async fn invoke(&self, function: &str, event: Bytes) -> Result<Bytes, String> {
        let Some(pool) = self.service.table().pools.get(function).cloned() else {
            return Err(format!("there is no function {function}"));
        };
        let id = self.service.next_id();
        let header_id = HeaderValue::from_str(&id).map_err(|error| error.to_string())?;
        let (reply, replied) = oneshot::channel();
        pool.invoke(Invocation { id: header_id, event, reply });
        match replied.await.map(|reply| reply.outcome) {
            Ok(Ok(Output::Whole(output))) => Ok(output),
            Ok(Ok(Output::Stream(stream))) => stream.whole(MAX_BODY).await,
            Ok(Err(failure)) => {
                let seconds = pool.function.timeout.as_secs();
                Err(response::failure(&failure, &id, seconds).note.unwrap_or_default())
            }
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

/// The address at which functions of this machine reach the gateway.
fn push_url(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}{}", SocketAddr::new(ip, address.port()), push::PUSH)
}
