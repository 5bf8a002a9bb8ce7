//! What is different on a terminal: colours, the progress bar, and no event that talks to it.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::support::{apigw, folder, ndjson};

/// Both ends: what a process writes to the second is read from the first.
fn terminal() -> (File, OwnedFd) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let screen = openpt(flags).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let process = ioctl_tiocgptpeer(&screen, flags).unwrap();
    let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&process, size).unwrap();
    (File::from(screen), process)
}

/// Reads what appears until no process has the terminal any more, and reports when `sign` has
/// appeared.
fn watch(mut screen: File, sign: &'static str, seen: Arc<AtomicBool>) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut all = Vec::new();
        let mut part = [0; 4096];
        // The end is an error of the terminal, not the end of a file.
        while let Ok(count) = screen.read(&mut part)
            && count > 0
        {
            all.extend_from_slice(&part[..count]);
            if String::from_utf8_lossy(&all).contains(sign) {
                seen.store(true, Ordering::Relaxed);
            }
        }
        String::from_utf8(all).unwrap()
    })
}

/// Everything that appears, with the line ends of a file.
fn screen_of(mut command: Command) -> String {
    let (screen, process) = terminal();
    command.env("TERM", "xterm").stdin(Stdio::null());
    command.stdout(process.try_clone().unwrap()).stderr(process);
    let mut child = command.spawn().unwrap();
    // It holds the terminal open.
    drop(command);
    let text = watch(screen, "\0", Arc::default()).join().unwrap();
    child.wait().unwrap();
    text.replace("\r\n", "\n")
}

#[test]
fn colours_unless_they_are_not_wanted() {
    let folder = folder(&[("events", b"{\"path\":\"/\"}\n{\"path\":7}\n")]);
    let run = |arguments: &[&str], variable: Option<&str>| {
        let mut command = apigw();
        command.args(arguments).arg("events").current_dir(&folder);
        command.envs(variable.map(|name| (name, "1")));
        screen_of(command)
    };
    for command in ["show", "check"] {
        let coloured = run(&[command], None);
        assert!(
            coloured.contains("\u{1b}[31merror 33 wrong-type\u{1b}[0m at byte 8"),
            "{coloured}"
        );
        let plain = run(&[command], Some("NO_COLOR"));
        assert!(plain.contains("events:2: error 33 wrong-type at byte 8 (path): "), "{plain}");
        assert!(!plain.contains('\u{1b}'), "{plain}");
        assert_eq!(run(&[command, "--color", "never"], None), plain);
    }
}

#[test]
fn json_does_not_talk_to_the_terminal() {
    let path = "/\u{1b}[2J\u{7f}\u{9b}31m\u{202e}é\\\"";
    let event = serde_json::json!({ "path": path }).to_string();
    let folder = folder(&[("event", event.as_bytes())]);
    let mut command = apigw();
    command.args(["show", "--json=pairs", "event"]).current_dir(&folder);
    let screen = screen_of(command);
    let expected = r#"{"dialect":"unknown","path":"/\u001b[2J\u007f\u009b31m\u202eé\\\""}"#;
    assert_eq!(screen, format!("{expected}\n"));
    let value: serde_json::Value = serde_json::from_str(&screen).unwrap();
    assert_eq!(value["path"], path);
}

#[test]
fn long_work_has_a_progress_bar_and_leaves_nothing_of_it() {
    let (screen, process) = terminal();
    let seen = Arc::new(AtomicBool::new(false));
    let watcher = watch(screen, "B/s", Arc::clone(&seen));
    let mut command = apigw();
    command.args(["check", "--color", "never"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.env("TERM", "xterm").stderr(process).spawn().unwrap();
    drop(command);
    let mut stdin = child.stdin.take().unwrap();
    let events = ndjson(100);
    // The bar comes when the work has taken a while, however fast this machine is.
    for _ in 0..1_000_000 {
        stdin.write_all(events.as_bytes()).unwrap();
        if seen.load(Ordering::Relaxed) {
            break;
        }
    }
    drop(stdin);
    assert!(seen.load(Ordering::Relaxed), "there is no progress bar");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let text = watcher.join().unwrap();
    let (_, last) = text.rsplit_once("\u{1b}[2K").unwrap();
    assert!(last.ends_with(" input)\r\n") && last.contains(" events are good ("), "{last:?}");
    assert!(!last.contains("/s"), "{last:?}");
}
