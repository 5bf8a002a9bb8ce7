//! Starts instances of functions, and starts them again when they end or their code has changed.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::config::Function;
use crate::instance::{Failure, Instance};
use crate::observer::{Notice, Observer};

/// What the gateway wants of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// That it runs; the number changes when it has to be started anew.
    Run(u64),
    /// That it ends.
    End,
}

/// How long a function may take to end by itself.
const GRACE: Duration = Duration::from_secs(2);

/// The time before a function that ended is started again, doubled each time that it does not get ready.
const FIRST_DELAY: Duration = Duration::from_millis(200);
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// Why an instance does not run any longer.
enum Ended {
    Exited(String),
    NotReady(String),
    TimedOut,
    Wish,
}

/// Runs one instance until it is wished to end.
pub(crate) async fn supervise(
    instance: Arc<Instance>,
    command: Result<Vec<String>, String>,
    (port, push_url): (u16, String),
    mut wish: watch::Receiver<Wish>,
    observer: Arc<dyn Observer>,
) {
    let function = instance.pool.function.clone();
    let notice = |notice: Notice<'_>| observer.notice(&function.name, notice);
    let mut delay = FIRST_DELAY;
    while *wish.borrow_and_update() != Wish::End {
        instance.is_ready.send_replace(false);
        instance.is_open.send_replace(true);
        let started = match &command {
            Ok(command) => start(&function, command, (port, &push_url), &observer),
            Err(reason) => Err(reason.clone()),
        };
        let ended = match started {
            Ok(mut child) => {
                let ended = watch_over(&instance, &mut child, &mut wish).await;
                end(child).await;
                ended
            }
            Err(reason) => Ended::NotReady(reason),
        };
        match ended {
            Ended::Exited(how) => {
                instance.end(None, Err(Failure::Crashed(how.clone())));
                notice(Notice::Crashed(&how));
                delay = FIRST_DELAY;
            }
            Ended::NotReady(how) => {
                instance.end(None, Err(Failure::NotStarted(how.clone())));
                notice(Notice::NotStarted(&how));
                instance.pool.set_broken(instance.number, Some(how));
                delay = (delay * 2).min(LONGEST_DELAY);
            }
            Ended::TimedOut => {
                notice(Notice::TimedOut);
                delay = FIRST_DELAY;
                continue;
            }
            Ended::Wish => {
                instance.end(None, Err(Failure::Crashed("the gateway ended it".into())));
                continue;
            }
        }
        // A change of the code is a good reason to try at once.
        let _ = tokio::time::timeout(delay, wish.changed()).await;
    }
}

/// Waits until the instance has to be started again or ended.
async fn watch_over(
    instance: &Instance,
    child: &mut Child,
    wish: &mut watch::Receiver<Wish>,
) -> Ended {
    let mut is_ready = instance.is_ready.subscribe();
    let limit = instance.pool.function.init_timeout;
    tokio::select! {
        // In this order: it may have got ready, taken an event and ended with it, all since the last look.
        biased;
        _ = is_ready.wait_for(|is_ready| *is_ready) => {}
        status = child.wait() => {
            return Ended::NotReady(format!("{}, before it was ready", how_ended(status)));
        }
        () = tokio::time::sleep(limit) => {
            let seconds = limit.as_secs();
            return Ended::NotReady(format!("it was not ready after {seconds} seconds"));
        }
        _ = wish.changed() => return Ended::Wish,
    }
    instance.pool.set_broken(instance.number, None);
    tokio::select! {
        status = child.wait() => return Ended::Exited(how_ended(status)),
        () = instance.timed_out.notified() => return Ended::TimedOut,
        _ = wish.changed() => {}
    }
    // The event that it has is still answered.
    instance.is_open.send_replace(false);
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

/// Asks a process to end, and after a while ends it, and all that it has started.
async fn end(mut child: Child) {
    let Some(group) = child.id().and_then(|id| rustix::process::Pid::from_raw(id as i32)) else {
        return;
    };
    let signal = |signal| rustix::process::kill_process_group(group, signal);
    if signal(rustix::process::Signal::TERM).is_ok()
        && tokio::time::timeout(GRACE, child.wait()).await.is_ok()
    {
        return;
    }
    let _ = signal(rustix::process::Signal::KILL);
    let _ = child.wait().await;
}

fn start(
    function: &Function,
    command: &[String],
    (port, push_url): (u16, &str),
    observer: &Arc<dyn Observer>,
) -> Result<Child, String> {
    let [program, arguments @ ..] = command else { return Err("there is no command".into()) };
    let folder = std::path::absolute(&function.folder).map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(&folder)
        .env("SCF_RUNTIME_API", "127.0.0.1")
        .env("SCF_RUNTIME_API_PORT", port.to_string())
        .env("APIGW_PUSH_URL", push_url)
        .env("_HANDLER", &function.handler)
        .env("TENCENTCLOUD_RUNENV", "SCF")
        .env("TENCENTCLOUD_REGION", &function.region)
        .env("SCF_FUNCTIONNAME", &function.name)
        .env("SCF_FUNCTIONVERSION", "$LATEST")
        .env("SCF_NAMESPACE", &function.namespace)
        .env("USER_CODE_ROOT", &folder)
        .envs(function.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| format!("cannot run {program}: {error}"))?;
    if let Some(output) = child.stdout.take() {
        tokio::spawn(pass_on(function.name.clone(), output, false, Arc::clone(observer)));
    }
    if let Some(output) = child.stderr.take() {
        tokio::spawn(pass_on(function.name.clone(), output, true, Arc::clone(observer)));
    }
    Ok(child)
}

/// Bytes of a line that are shown as one.
const LONGEST_LINE: u64 = 16 << 10;

/// Shows what a function prints.
async fn pass_on(
    function: String,
    output: impl AsyncRead + Unpin,
    is_error: bool,
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
                observer.notice(&function, Notice::Output(line.trim_end(), is_error));
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
    let runtime = function.runtime.to_ascii_lowercase();
    if runtime.starts_with("nodejs") {
        let found = match node_runtime {
            Some(path) => Some(path.to_path_buf()),
            None => find_node_runtime(&function.folder),
        };
        let runtime = found.ok_or(
            "there is no apigw-runtime: install the package `apigw` with npm in its folder, or name the command \
             with --node-runtime",
        )?;
        return Ok(vec![runtime.display().to_string(), function.handler.clone()]);
    }
    let bootstrap = function.folder.join("bootstrap");
    if bootstrap.is_file() {
        let path = std::path::absolute(&bootstrap).map_err(|error| error.to_string())?;
        return Ok(vec![path.display().to_string()]);
    }
    let (runtime, folder) = (&function.runtime, function.folder.display());
    Err(format!(
        "the runtime {runtime} wants an executable file `bootstrap` in {folder}; or name a command with \
         --start {}=COMMAND",
        function.name
    ))
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
