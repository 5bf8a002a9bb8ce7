//! Starts instances of functions, and starts them again when they end or their code has changed.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::activity::Activity;
use crate::config::Function;
use crate::environment::variables;
use crate::instance::Instance;
use crate::invocation::Failure;
use crate::lock::lock;
use crate::observer::{Notice, Observer};

/// What the gateway wants of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// That it runs; the number changes when it has to be started anew.
    Run(u64),
    /// That it ends.
    End,
}

/// The time before a function that ended is started again, doubled each time that it does not get
/// ready.
const FIRST_DELAY: Duration = Duration::from_millis(200);
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// Why an instance does not run any longer.
enum Ended {
    Exited(String),
    NotReady(String),
    TimedOut,
    Wish,
}

/// How an instance is started.
pub(crate) struct Launch {
    /// A command of the user's own.
    pub(crate) given: Option<String>,
    pub(crate) node_runtime: Option<PathBuf>,
    /// The program that is the keeper.
    pub(crate) keeper: PathBuf,
    /// The port of the runtime API.
    pub(crate) port: u16,
    pub(crate) push_url: String,
}

/// Runs one instance until it is wished to end.
pub(crate) async fn supervise(
    instance: Arc<Instance>,
    launch: Launch,
    mut wish: watch::Receiver<Wish>,
    observer: Arc<dyn Observer>,
) {
    let pool = Arc::clone(&instance.pool);
    let notice = |notice: Notice<'_>| observer.notice(&pool.function.name, notice);
    let mut delay = FIRST_DELAY;
    while *wish.borrow_and_update() != Wish::End {
        let arrivals = pool.arrivals();
        instance.starts();
        let starting = Activity::begin(&pool.activities);
        let (ended, said) = match Kept::start(&pool.function, &launch, &observer) {
            Ok(mut kept) => {
                instance.open();
                let ended = watch_over(&instance, &mut kept.keeper, &mut wish, starting).await;
                // A function that is being ended takes no event, which would have to be run once
                // more.
                instance.close();
                (ended, kept.end().await)
            }
            Err(reason) => (Ended::NotReady(reason), String::new()),
        };
        match ended {
            Ended::Exited(how) => {
                instance.end(Failure::Crashed(with(&how, &said)));
                notice(Notice::Crashed(&how));
                delay = FIRST_DELAY;
            }
            Ended::NotReady(how) => {
                // What it has reported says more than that it has ended.
                let how = instance.init_error.borrow().clone().unwrap_or(how);
                let reason = with(&how, &said);
                instance.end(Failure::NotStarted(reason.clone()));
                notice(Notice::NotStarted(&how));
                pool.set_broken(instance.number, arrivals, reason);
                delay = (delay * 2).min(LONGEST_DELAY);
            }
            Ended::TimedOut => {
                notice(Notice::TimedOut);
                delay = FIRST_DELAY;
                continue;
            }
            Ended::Wish => {
                instance.end(Failure::Crashed("the gateway ended it".into()));
                continue;
            }
        }
        // A change of the code, or somebody who waits, is a good reason to try at once.
        tokio::select! {
            () = tokio::time::sleep(delay) => {}
            _ = wish.changed() => {}
            () = pool.wanted(arrivals) => {}
        }
    }
}

/// What happened, and after it what the function said of it.
fn with(how: &str, said: &str) -> String {
    if said.is_empty() { how.into() } else { format!("{how}:\n{said}") }
}

/// Waits until the instance has to be started again or ended.
async fn watch_over(
    instance: &Instance,
    child: &mut Child,
    wish: &mut watch::Receiver<Wish>,
    starting: Activity,
) -> Ended {
    let mut is_ready = instance.is_ready.subscribe();
    let mut init_error = instance.init_error.subscribe();
    let limit = instance.pool.function.init_timeout;
    tokio::select! {
        // In this order: it may have got ready, taken an event and ended with it, all since the
        // last look.
        biased;
        _ = is_ready.wait_for(|is_ready| *is_ready) => {}
        status = child.wait() => {
            return Ended::NotReady(format!("{}, before it was ready", how_ended(status)));
        }
        _ = init_error.wait_for(Option::is_some) => {
            return Ended::NotReady("it reports an error".into());
        }
        () = tokio::time::sleep(limit) => {
            let seconds = limit.as_secs();
            return Ended::NotReady(format!("it was not ready after {seconds} seconds"));
        }
        _ = wish.changed() => return Ended::Wish,
    }
    drop(starting);
    instance.pool.set_ready(instance.number);
    tokio::select! {
        status = child.wait() => return Ended::Exited(how_ended(status)),
        () = instance.timed_out.notified() => return Ended::TimedOut,
        _ = wish.changed() => {}
    }
    // The event that it has is still answered.
    instance.close();
    while instance.is_busy() {
        tokio::select! {
            status = child.wait() => return Ended::Exited(how_ended(status)),
            () = instance.timed_out.notified() => return Ended::TimedOut,
            () = instance.idle.notified() => {}
        }
    }
    Ended::Wish
}

fn how_ended(status: std::io::Result<std::process::ExitStatus>) -> String {
    match status {
        Ok(status) => match status.code() {
            Some(code) => format!("it ended with status {code}"),
            None => format!("it was ended by {status}"),
        },
        Err(error) => format!("it is lost: {error}"),
    }
}

/// A function that runs, and its [keeper](crate::keeper).
struct Kept {
    keeper: Child,
    /// When it is closed, the keeper ends the function: also when the gateway is killed.
    lifeline: Option<ChildStdin>,
    /// The tasks that read what the function prints.
    readers: Vec<JoinHandle<()>>,
    said: Arc<Mutex<Tail>>,
}

impl Kept {
    fn start(
        function: &Function,
        launch: &Launch,
        observer: &Arc<dyn Observer>,
    ) -> Result<Kept, String> {
        let command = command(function, launch.given.as_deref(), launch.node_runtime.as_deref())?;
        let folder = std::path::absolute(&function.folder).map_err(|error| error.to_string())?;
        if !folder.is_dir() {
            return Err(format!("there is no folder {}", folder.display()));
        }
        let mut keeper = Command::new(&launch.keeper)
            .arg0(crate::keeper::NAME)
            .args(command)
            .current_dir(&folder)
            .envs(variables(function, &folder, launch.port, &launch.push_url))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // A signal from the terminal is for the gateway, which ends the function.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("cannot run {}: {error}", launch.keeper.display()))?;
        let said = Arc::default();
        let mut readers = Vec::new();
        let name = &function.name;
        if let Some(output) = keeper.stdout.take() {
            let reader = pass_on(name.clone(), output, None, Arc::clone(observer));
            readers.push(tokio::spawn(reader));
        }
        if let Some(output) = keeper.stderr.take() {
            let said = Some(Arc::clone(&said));
            readers.push(tokio::spawn(pass_on(name.clone(), output, said, Arc::clone(observer))));
        }
        Ok(Kept { lifeline: keeper.stdin.take(), keeper, readers, said })
    }

    /// Ends the function and all that it has started; returns its last words on standard error.
    async fn end(mut self) -> String {
        drop(self.lifeline.take());
        let _ = self.keeper.wait().await;
        for reader in self.readers {
            // A process that could not be ended may keep the pipe open.
            let _ = tokio::time::timeout(LAST_WORDS, reader).await;
        }
        lock(&self.said).text()
    }
}

/// How long the last lines of a function that has ended may take.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The last lines that a function has printed.
#[derive(Default)]
struct Tail(VecDeque<String>);

impl Tail {
    /// Lines that are kept: the error of a runtime and its stack.
    const LINES: usize = 20;

    fn push(&mut self, line: &str) {
        if self.0.len() == Tail::LINES {
            self.0.pop_front();
        }
        self.0.push_back(line.chars().take(500).collect());
    }

    fn text(&self) -> String {
        self.0.iter().map(String::as_str).collect::<Vec<_>>().join("\n").trim().into()
    }
}

/// Bytes of a line that are shown as one.
const LONGEST_LINE: u64 = 16 << 10;

/// Shows what a function prints; of its errors the last ones are kept.
async fn pass_on(
    function: String,
    output: impl AsyncRead + Unpin,
    said: Option<Arc<Mutex<Tail>>>,
    observer: Arc<dyn Observer>,
) {
    use tokio::io::AsyncReadExt;
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut output).take(LONGEST_LINE).read_until(b'\n', &mut line).await {
            Ok(1..) => {
                let line = String::from_utf8_lossy(&line);
                let line = line.trim_end();
                observer.notice(&function, Notice::Output(line, said.is_some()));
                if let Some(said) = &said {
                    lock(said).push(line);
                }
            }
            Ok(0) | Err(_) => return,
        }
    }
}

/// The command that starts a function: see `docs/gateway.md`.
pub(crate) fn command(
    function: &Function,
    given: Option<&str>,
    node_runtime: Option<&Path>,
) -> Result<Vec<String>, String> {
    if let Some(given) = given {
        return Ok(vec!["sh".into(), "-c".into(), format!("exec {given}")]);
    }
    if function.is_node() {
        let found = match node_runtime {
            Some(path) => Some(path.to_path_buf()),
            None => find_node_runtime(&function.folder),
        };
        let runtime = found.ok_or(
            "there is no apigw-runtime: install the package `apigw` with npm in its folder, or \
             name the command with --node-runtime",
        )?;
        return Ok(vec![runtime.display().to_string(), function.handler.clone()]);
    }
    if function.is_python() {
        let python = find_python(&function.folder).display().to_string();
        let module = ["-m", "apigw.runtime"].map(String::from);
        return Ok([vec![python], module.into(), vec![function.handler.clone()]].concat());
    }
    let bootstrap = function.bootstrap();
    if bootstrap.is_file() {
        let path = std::path::absolute(&bootstrap).map_err(|error| error.to_string())?;
        return Ok(vec![path.display().to_string()]);
    }
    Err(function.needs())
}

/// Python: that of a virtual environment in the function's folder or one above, or of PATH.
fn find_python(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.into());
    let environments = folder
        .ancestors()
        .flat_map(|folder| [".venv", "venv"].map(|name| folder.join(name).join("bin/python3")));
    environments.into_iter().find(|path| path.is_file()).unwrap_or_else(|| "python3".into())
}

/// The runtime for Node: in `node_modules` of the function's folder or one above, or in PATH.
fn find_node_runtime(folder: &Path) -> Option<PathBuf> {
    const NAME: &str = "apigw-runtime";
    let folder = std::path::absolute(folder).ok()?;
    let modules = folder.ancestors().map(|folder| folder.join("node_modules/.bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    modules
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join(NAME))
        .find(|path| path.is_file())
}
