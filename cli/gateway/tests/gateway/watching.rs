//! Which changes of files start a function anew, and what becomes of requests meanwhile.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::support::{CONFIG, Local, eventually, node};
use apigw_gateway::Options;

/// Writes a file of any name with every event, and counts its events.
const CODE: &str = r#"
const fs = require("node:fs");
let n = 0;
exports.main_handler = async (event) => {
  if (event.queryString.exit) process.exit(1);
  if (event.queryString.write) fs.appendFileSync(event.queryString.write, "1\n");
  return { statusCode: 200, body: String(++n) };
};
"#;

/// What is written so long after an event is not the function's own.
const AFTER_AN_EVENT: Duration = Duration::from_millis(200);

fn start(code: &str, options: Options) -> (Local, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.js"), code).unwrap();
    let local =
        Local::start(CONFIG, folder.path(), Options { commands: node().commands, ..options });
    (local, folder)
}

fn get(local: &Local, query: &str) -> String {
    local.send(&format!("GET /release/hello_world{query}"), "").text().to_owned()
}

/// The notices that a change of a file has started the function anew.
fn restarts(local: &Local, file: &Path) -> usize {
    local.told.count(&format!("Changed({file:?})"))
}

/// Changes a file that counts, and waits for the notice: all that was changed before has been seen.
fn mark(local: &Local, folder: &Path) {
    let file = folder.join("zmark.mjs");
    fs::write(&file, "").unwrap();
    assert!(eventually(|| restarts(local, &file) == 1), "{:?}", local.told.notices);
}

#[test]
fn a_log_or_a_record_in_the_folder_starts_nothing_anew() {
    let (local, folder) = start(CODE, Options::default());
    assert_eq!(get(&local, ""), "1");
    // The function writes a log, data and a text; somebody else a record and a hidden file.
    for (at, name) in ["function.log", "counter.json", "notes.txt"].iter().enumerate() {
        assert_eq!(get(&local, &format!("?write={name}")), (at + 2).to_string());
    }
    thread::sleep(AFTER_AN_EVENT);
    for name in ["events.ndjson", "index.js~", ".hidden.js"] {
        fs::write(folder.path().join(name), "{}").unwrap();
    }
    mark(&local, folder.path());
    assert_eq!(local.told.count("Changed("), 1, "{:?}", local.told.notices);
}

#[test]
fn the_record_never_counts_whatever_its_ending_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.js"), CODE).unwrap();
    let record = folder.path().join("events.json");
    fs::write(&record, "").unwrap();
    let options = Options {
        commands: node().commands,
        watch_never: vec![record.clone()],
        ..Options::default()
    };
    let local = Local::start(CONFIG, folder.path(), options);
    assert_eq!(get(&local, ""), "1");
    thread::sleep(AFTER_AN_EVENT);
    fs::write(&record, "{}\n").unwrap();
    mark(&local, folder.path());
    assert_eq!(local.told.count("Changed("), 1, "{:?}", local.told.notices);
}

#[test]
fn code_and_what_is_loaded_with_it_counts_and_what_git_ignores_does_not() {
    let (local, folder) = start(CODE, Options::default());
    assert_eq!(get(&local, ""), "1");
    fs::write(folder.path().join(".gitignore"), "dist/\n.env\n").unwrap();
    fs::create_dir(folder.path().join("dist")).unwrap();
    fs::write(folder.path().join("dist/out.js"), "").unwrap();
    for (at, name) in ["helper.mjs", "settings.json", ".env"].iter().enumerate() {
        thread::sleep(AFTER_AN_EVENT);
        let file = folder.path().join(name);
        fs::write(&file, "").unwrap();
        assert!(eventually(|| restarts(&local, &file) == 1), "{:?}", local.told.notices);
        assert_eq!(local.told.count("Changed("), at + 1, "{:?}", local.told.notices);
        // An instance that is to be ended may still take an event.
        assert!(eventually(|| get(&local, "") == "1"), "{name}");
    }
}

#[test]
fn a_glob_makes_other_files_count() {
    let watch_more = globset::GlobSet::builder()
        .add(globset::Glob::new("templates/**").unwrap())
        .build()
        .unwrap();
    let (local, folder) = start(CODE, Options { watch_more, ..Options::default() });
    let page = folder.path().join("templates/page.html");
    fs::create_dir(folder.path().join("templates")).unwrap();
    fs::write(&page, "").unwrap();
    assert!(eventually(|| restarts(&local, &page) == 1), "{:?}", local.told.notices);
}

#[test]
fn a_restart_loop_is_named_and_ends() {
    // It writes code of its own whenever it starts.
    let made = r#"require("node:fs").appendFileSync("made.js", "//\n");"#;
    let (local, folder) = start(&format!("{made}{CODE}"), Options::default());
    let file = folder.path().join("made.js");
    let is_named = || local.told.has_notice(&format!("Loop({file:?})"));
    assert!(eventually(is_named), "{:?}", local.told.notices);
    let before = restarts(&local, &file);
    assert!(before >= 5, "{before}");
    mark(&local, folder.path());
    assert_eq!(restarts(&local, &file), before, "it does not count any longer");
    assert_ne!(get(&local, ""), "");
}

#[test]
fn no_request_after_a_syntax_error_is_mended_gets_the_old_502() {
    let (local, folder) =
        start("this is no JavaScript", Options { watch: false, ..Options::default() });
    for _ in 0..5 {
        fs::write(folder.path().join("index.js"), "let broken = ;").unwrap();
        let refused = local.send("GET /release/hello_world", "");
        assert_eq!(refused.status, 502);
        // The text of the error, and where it is.
        let message = refused.json()["errorMessage"].as_str().unwrap().to_owned();
        assert!(message.contains("SyntaxError: Unexpected token ';'"), "{message}");
        assert!(message.contains("index.js:1"), "{message}");
        // At once, without a pause in which anybody could notice the change.
        fs::write(folder.path().join("index.js"), CODE).unwrap();
        assert_eq!(get(&local, ""), "1");
        fs::write(folder.path().join("index.js"), "let broken = ;").unwrap();
        assert_eq!(local.send("GET /release/hello_world?exit=1", "").status, 502);
    }
}

#[test]
fn routes_are_read_anew_when_the_file_changes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.js"), CODE).unwrap();
    let file = folder.path().join("serverless.yml");
    fs::write(&file, CONFIG).unwrap();
    let options =
        Options { commands: node().commands, file: Some(file.clone()), ..Options::default() };
    let local = Local::start(CONFIG, folder.path(), options);
    assert_eq!(get(&local, ""), "1");
    let other = CONFIG.replace("parameters: {", "parameters: {path: /other, ");
    fs::write(&file, &other).unwrap();
    assert!(eventually(|| local.told.has_notice("configured: 1 routes")));
    assert_eq!(local.send("GET /release/other", "").status, 200);
    assert_eq!(local.send("GET /release/hello_world", "").status, 404);
    // With an error, routes stay.
    fs::write(&file, other.replace("path:", "pathh:")).unwrap();
    assert!(eventually(|| local.told.has_notice("not configured: ")));
    assert_eq!(local.send("GET /release/other", "").status, 200);
    // A function that is new, one with other variables, and one that has gone.
    let more = other.replace("hello_world:", "second:").replace("/other", "/second");
    let more = more.replace("functions:\n", "");
    fs::write(&file, format!("{other}{more}")).unwrap();
    assert!(eventually(|| local.told.has_notice("configured: 2 routes")));
    assert_eq!(local.send("GET /release/second", "").status, 502, "it has no command");
    fs::write(&file, other.replace("timeout: 10", "timeout: 9")).unwrap();
    assert!(eventually(|| local.send("GET /release/second", "").status == 404));
    assert_eq!(local.send("GET /release/other", "").text(), "1");
}

#[test]
fn a_file_that_a_variable_names_is_read_anew() {
    let config = "service: s\nprovider: {name: aws, runtime: provided.al2023}\nfunctions:\n  f: \
                  {handler: a, events: [{httpApi: '${file(routes.yml):first}'}]}\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("serverless.yml");
    fs::write(&file, config).unwrap();
    let routes = folder.path().join("routes.yml");
    fs::write(&routes, "first: GET /one\n").unwrap();
    let options = Options { file: Some(file), ..Options::default() };
    let local = Local::start(config, folder.path(), options);
    assert_eq!(local.send("GET /two", "").status, 404);
    fs::write(&routes, "first: GET /two-and-three\n").unwrap();
    assert!(eventually(|| local.told.has_notice("configured: 1 routes")));
    assert_eq!(local.send("GET /one", "").status, 404);
    assert_ne!(local.send("GET /two-and-three", "").status, 404);
}
