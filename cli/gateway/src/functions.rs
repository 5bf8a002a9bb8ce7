//! The functions of a gateway: started, started anew when their files change, and replaced when the
//! file with the triggers says something else of them.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::sync::{Mutex, watch};
use tokio::task::{JoinHandle, JoinSet, spawn_blocking};
use tokio::time::sleep;

use crate::config::{Config, Function, Problem, Route};
use crate::hosts::Hosts;
use crate::http::bind;
use crate::instance::Instance;
use crate::observer::{Notice, Observer};
use crate::options::Options;
use crate::pool::Pool;
use crate::runtime_api;
use crate::service::Service;
use crate::supervisor::{Launch, Wish, supervise};
use crate::table::Table;
use crate::watch::{Found, PAUSE, Rules, Watched, WatchedFile};

/// The functions of a gateway.
pub(crate) struct Functions {
    options: Options,
    push_url: String,
    /// Those of the runtime APIs.
    hosts: Arc<Hosts>,
    observer: Arc<dyn Observer>,
    /// In the order of the file.
    running: Mutex<Vec<Running>>,
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Functions").field("options", &self.options).finish_non_exhaustive()
    }
}

/// A function with its instances.
struct Running {
    pool: Arc<Pool>,
    wish: watch::Sender<Wish>,
    ports: Vec<u16>,
    /// The runtime APIs, which end with it.
    _servers: JoinSet<()>,
    /// Ends when all instances have.
    instances: JoinHandle<()>,
    watched: Option<Watched>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.instances.abort();
    }
}

impl Running {
    /// Ends the instances; an event that one has is still answered.
    async fn end(mut self) {
        self.wish.send_replace(Wish::End);
        // One that panicked has ended too.
        let _ = (&mut self.instances).await;
    }
}

impl Functions {
    pub(crate) async fn start(
        config: Config,
        options: Options,
        push_url: String,
        hosts: Arc<Hosts>,
        observer: Arc<dyn Observer>,
        service: &Service,
    ) -> io::Result<Functions> {
        let functions = Functions { options, push_url, hosts, observer, running: Mutex::default() };
        let mut running = Vec::new();
        let mut port = functions.options.attach.unwrap_or(0);
        for function in config.functions {
            running.push(functions.run(function, &mut port, None).await?);
        }
        service.set_table(table(config.routes, &running));
        *functions.running.lock().await = running;
        Ok(functions)
    }

    /// Starts a function, after the one that it replaces has ended.
    async fn run(
        &self,
        function: Function,
        port: &mut u16,
        replaced: Option<Running>,
    ) -> io::Result<Running> {
        let options = &self.options;
        let is_attached = options.attach.is_some();
        let given = options.commands.get(&function.name).cloned();
        // Before it starts: otherwise a change that comes soon after would not be seen.
        let watched = if options.watch && !is_attached {
            Some(self.first_look(function.clone(), given.is_some()).await?)
        } else {
            None
        };
        let pool = Arc::new(Pool::new(function, options.instances));
        let wish = watch::Sender::new(Wish::Run(0));
        let (mut ports, mut servers, mut launches) = (Vec::new(), JoinSet::new(), Vec::new());
        for number in 0..options.instances {
            let listener = bind((Ipv4Addr::LOCALHOST, *port).into()).await?;
            let instance_port = listener.local_addr()?.port();
            ports.push(instance_port);
            let instance = Instance::new(Arc::clone(&pool), number, is_attached);
            let hosts = Arc::clone(&self.hosts);
            servers.spawn(runtime_api::serve(Arc::clone(&instance), listener, hosts));
            if is_attached {
                // Port 0 stands for any that is free.
                *port = if *port == 0 { 0 } else { port.saturating_add(1) };
                continue;
            }
            let launch = Launch {
                given: given.clone(),
                node_runtime: options.node_runtime.clone(),
                keeper: options.keeper.clone(),
                port: instance_port,
                push_url: self.push_url.clone(),
            };
            launches.push((instance, launch, wish.subscribe()));
        }
        if let Some(replaced) = &replaced {
            pool.take_over(&replaced.pool);
        }
        let observer = Arc::clone(&self.observer);
        let next = Arc::clone(&pool);
        let instances = tokio::spawn(async move {
            if let Some(replaced) = replaced {
                let old = Arc::clone(&replaced.pool);
                replaced.end().await;
                // What came between the two tables.
                next.take_over(&old);
            }
            let mut instances = JoinSet::new();
            for (instance, launch, wish) in launches {
                instances.spawn(supervise(instance, launch, wish, Arc::clone(&observer)));
            }
            while instances.join_next().await.is_some() {}
        });
        Ok(Running { pool, wish, ports, _servers: servers, instances, watched })
    }

    async fn first_look(&self, function: Function, is_other: bool) -> io::Result<Watched> {
        let (more, never) = (self.options.watch_more.clone(), self.options.watch_never.clone());
        let look = move || {
            let never = never.iter().filter_map(|path| std::fs::canonicalize(path).ok()).collect();
            Watched::new(&function, is_other, Rules { more, never })
        };
        spawn_blocking(look).await.map_err(io::Error::other)
    }

    /// The names of functions, and the ports of their instances.
    pub(crate) async fn ports(&self) -> Vec<(String, u16)> {
        let running = self.running.lock().await;
        let ports = |it: &Running| {
            let name = it.pool.function.name.clone();
            it.ports.iter().map(move |port| (name.clone(), *port)).collect::<Vec<_>>()
        };
        running.iter().flat_map(ports).collect()
    }

    /// Starts functions anew, each instance as soon as it has no event, when a file has changed
    /// that they can have loaded; reads the routes anew when the file with the triggers has. Never
    /// ends.
    pub(crate) async fn watch(
        self: Arc<Functions>,
        mut file: Option<WatchedFile>,
        service: Arc<Service>,
    ) {
        if !self.options.watch {
            return;
        }
        loop {
            self.look().await;
            if let Some(file) = file.as_mut()
                && file.has_changed()
            {
                let read = self.options.settings.read(file.path());
                if let Ok(config) = &read {
                    file.include(&config.files);
                }
                self.configure(read, &service).await;
            }
            sleep(PAUSE).await;
        }
    }

    async fn look(&self) {
        for running in &mut *self.running.lock().await {
            let Some(mut watched) = running.watched.take() else { continue };
            let pool = Arc::clone(&running.pool);
            let looked = spawn_blocking(move || {
                let found = watched.look(|time| pool.activities.includes(time));
                (watched, found)
            });
            let Ok((watched, found)) = looked.await else { continue };
            running.watched = Some(watched);
            let name = &running.pool.function.name;
            match found {
                Found::Nothing => {}
                Found::Loop(path) => self.observer.notice(name, Notice::Loop(&path)),
                Found::Changed(path) => {
                    self.observer.notice(name, Notice::Changed(&path));
                    running.wish.send_modify(|wish| {
                        if let Wish::Run(count) = wish {
                            *count += 1;
                        }
                    });
                }
            }
        }
    }

    /// Serves what the file says now. Functions that it says the same of run on.
    async fn configure(&self, read: Result<Config, Vec<Problem>>, service: &Service) {
        let config = match read {
            Ok(config) => config,
            Err(problems) => return self.observer.configured(Err(&problems)),
        };
        let mut running = self.running.lock().await;
        // Functions that are started by hand have their ports: only routes change.
        if self.options.attach.is_none() {
            let mut old: HashMap<String, Running> =
                running.drain(..).map(|it| (it.pool.function.name.clone(), it)).collect();
            for function in config.functions.clone() {
                let same = old.remove(&function.name);
                let name = function.name.clone();
                let next = match same {
                    Some(same) if same.pool.function == function => Ok(same),
                    replaced => self.run(function, &mut 0, replaced).await,
                };
                match next {
                    Ok(next) => running.push(next),
                    Err(error) => {
                        self.observer.notice(&name, Notice::NotStarted(&error.to_string()));
                    }
                }
            }
            service.set_table(table(config.routes.clone(), &running));
            for (_, gone) in old {
                gone.pool.refuse("the file does not have it any longer");
                tokio::spawn(gone.end());
            }
        } else {
            service.set_table(table(config.routes.clone(), &running));
        }
        self.observer.configured(Ok(&config));
    }

    /// Ends all functions.
    pub(crate) async fn end(&self) {
        let mut ending = JoinSet::new();
        for running in self.running.lock().await.drain(..) {
            ending.spawn(running.end());
        }
        while ending.join_next().await.is_some() {}
    }
}

fn table(routes: Vec<Route>, running: &[Running]) -> Table {
    let pool = |it: &Running| (it.pool.function.name.clone(), Arc::clone(&it.pool));
    Table { routes, pools: running.iter().map(pool).collect() }
}
