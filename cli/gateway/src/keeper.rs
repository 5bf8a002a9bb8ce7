//! The keeper of a function: a process that ends with all processes of the function, or when the
//! gateway is gone.
//!
//! ```text
//! gateway ── keeper ── function ── processes that the function starts
//!       pipe
//! ```
//!
//! The keeper reads a pipe whose other end only the gateway has. The pipe ends when the gateway
//! wants the function to end, and also when the gateway is killed: the system closes it. On Linux
//! the keeper is the child subreaper of the function, so a process that leaves the function's
//! process group, or whose parent has ended, is still found and ended.
//!
//! The keeper is this program once more, under the name `apigw-keeper`. Only a process of its own
//! can do all this without unsafe code, and it serves one function, so it may end whatever it finds
//! below itself.

use std::ffi::OsString;
use std::io::{Read, Write, stderr, stdin};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{
    Pid, Resource, Rlimit, Signal, WaitOptions, WaitStatus, getpid, kill_process,
    kill_process_group, setrlimit, wait,
};
use tokio::signal::unix::{Signal as Signals, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout_at};

/// The first argument of a process that is a keeper.
pub(crate) const NAME: &str = "apigw-keeper";

/// How long the processes of a function may take to end after SIGTERM.
const GRACE: Duration = Duration::from_secs(2);

/// How long processes may take to end after SIGKILL: one that waits for a device may stay for ever.
const PATIENCE: Duration = Duration::from_secs(3);

/// The status of a function that cannot be run, as shells have it.
const CANNOT_RUN: u8 = 127;

/// Runs this process as a keeper, if it was started as one: call it at the start of `main`.
pub fn run() -> Option<ExitCode> {
    let mut arguments = std::env::args_os();
    if arguments.next()? != NAME {
        return None;
    }
    let outcome = arguments.next().ok_or("no command".into()).and_then(|program| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        runtime.block_on(keep(program, arguments))
    });
    Some(match outcome {
        Ok(status) => end_like(status),
        Err(reason) => {
            // There is nowhere to report that standard error is closed.
            let _ = writeln!(stderr(), "apigw: {reason}");
            ExitCode::from(CANNOT_RUN)
        }
    })
}

/// Runs a function until it ends or is to end, and returns its status once none of its processes is
/// left.
async fn keep(
    program: OsString,
    arguments: impl Iterator<Item = OsString>,
) -> Result<Option<WaitStatus>, String> {
    let listen = |kind| signal(kind).map_err(|error| error.to_string());
    let mut ended = listen(SignalKind::child())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hang_up = listen(SignalKind::hangup())?;
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(getpid())).map_err(|error| error.to_string())?;
    let mut command = Command::new(&program);
    let started = command.args(arguments).stdin(Stdio::null()).process_group(0).spawn();
    let started =
        started.map_err(|error| format!("cannot run {}: {error}", program.to_string_lossy()))?;
    let mut function = Kept { leader: Pid::from_child(&started), status: None };
    let mut gateway_ended = lifeline();
    let is_asked = loop {
        tokio::select! {
            _ = ended.recv() => {
                function.reap();
                if function.status.is_some() {
                    break false;
                }
            }
            _ = &mut gateway_ended => break true,
            _ = terminate.recv() => break true,
            _ = interrupt.recv() => break true,
            _ = hang_up.recv() => break true,
        }
    };
    // What is left of a function that has ended by itself has no work to finish.
    if is_asked {
        function.signal(Signal::TERM);
        function.wait(&mut ended, Instant::now() + GRACE).await;
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        // Again and again: a process that is found may have started another one.
        function.signal(Signal::KILL);
        if function.reap() || Instant::now() > deadline {
            return Ok(function.status);
        }
        sleep(Duration::from_millis(5)).await;
    }
}

/// Is told when the pipe from the gateway ends.
fn lifeline() -> oneshot::Receiver<()> {
    let (gone, is_gone) = oneshot::channel::<()>();
    thread::spawn(move || {
        let mut buffer = [0; 64];
        while stdin().read(&mut buffer).is_ok_and(|count| count > 0) {}
        drop(gone);
    });
    is_gone
}

/// A function and all that it has started.
struct Kept {
    leader: Pid,
    /// How the function itself has ended.
    status: Option<WaitStatus>,
}

impl Kept {
    /// Collects processes that have ended, and returns whether none is left.
    fn reap(&mut self) -> bool {
        loop {
            match wait(WaitOptions::NOHANG) {
                Ok(Some((pid, status))) if pid == self.leader => self.status = Some(status),
                Ok(Some(_)) | Err(Errno::INTR) => {}
                Ok(None) => return false,
                Err(_) => return true,
            }
        }
    }

    /// Waits until no process is left, at most until `deadline`.
    async fn wait(&mut self, ended: &mut Signals, deadline: Instant) {
        while !self.reap() && timeout_at(deadline, ended.recv()).await.is_ok() {}
    }

    /// Sends a signal to each process once. One that has ended meanwhile needs none.
    #[cfg(target_os = "linux")]
    fn signal(&self, signal: Signal) {
        let processes = descendants(getpid());
        if processes.iter().any(|process| process.group == self.leader.as_raw_pid()) {
            let _ = kill_process_group(self.leader, signal);
        }
        for process in processes {
            if process.group != self.leader.as_raw_pid()
                && let Some(pid) = Pid::from_raw(process.pid)
            {
                let _ = kill_process(pid, signal);
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn signal(&self, signal: Signal) {
        let _ = kill_process_group(self.leader, signal);
    }
}

/// A process as `/proc/PID/stat` describes it.
#[cfg(target_os = "linux")]
struct Process {
    pid: i32,
    parent: i32,
    group: i32,
}

#[cfg(target_os = "linux")]
impl Process {
    fn read(pid: i32) -> Option<Process> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name before may hold blanks and parentheses.
        let (_, fields) = stat.rsplit_once(") ")?;
        let mut fields = fields.split(' ').skip(1).map(str::parse);
        let (parent, group) = (fields.next()?.ok()?, fields.next()?.ok()?);
        Some(Process { pid, parent, group })
    }
}

/// The processes below another one.
#[cfg(target_os = "linux")]
fn descendants(ancestor: Pid) -> Vec<Process> {
    use std::collections::HashMap;
    let mut children: HashMap<i32, Vec<Process>> = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some(process) = pid.and_then(Process::read) {
            children.entry(process.parent).or_default().push(process);
        }
    }
    let mut found = children.remove(&ancestor.as_raw_pid()).unwrap_or_default();
    let mut at = 0;
    while at < found.len() {
        found.extend(children.remove(&found[at].pid).unwrap_or_default());
        at += 1;
    }
    found
}

/// Ends this process in the way in which the function has ended.
fn end_like(status: Option<WaitStatus>) -> ExitCode {
    let Some(status) = status else { return ExitCode::FAILURE };
    if let Some(signal) = status.terminating_signal() {
        // The function has written its core already.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        if let Some(signal) = Signal::from_named_raw(signal) {
            let _ = kill_process(getpid(), signal);
        }
        return ExitCode::from(128_u8.saturating_add(signal as u8));
    }
    ExitCode::from(status.exit_status().unwrap_or(1) as u8)
}
