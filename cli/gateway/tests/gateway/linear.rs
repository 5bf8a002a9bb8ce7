//! The time to read a file grows with the file and no faster. Instructions are counted instead of
//! seconds, as in the tests of the library: a child process, this program once more, runs under
//! Valgrind.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use apigw_gateway::config::Config;

/// Set in the child process.
const IS_CHILD: &str = "APIGW_TEST_COUNTS_INSTRUCTIONS";

/// Numbers of parts of a file.
const SIZES: [usize; 2] = [2000, 8000];

/// The instructions of each call are counted apart, which is why it must stay a function.
#[inline(never)]
fn counted_reading(text: &str) -> usize {
    match Config::parse(text, Path::new(".")) {
        Ok(config) => config.functions.len() + config.routes.len() + config.warnings.len(),
        Err(problems) => problems.len(),
    }
}

const FUNCTION: &str = "functions: {a: {handler: a}}\n";

/// Files of this number of parts, all of one length.
fn shapes(count: usize) -> Vec<(&'static str, String)> {
    let each = |start: &str, part: fn(&mut String, usize)| {
        let mut text = start.to_owned();
        (0..count).for_each(|number| part(&mut text, number));
        text
    };
    vec![
        (
            "keys of a map",
            each(&format!("{FUNCTION}x:\n"), |text, n| writeln!(text, "  k{n:05}: v").unwrap()),
        ),
        (
            "keys that are here for the second time as merged ones",
            each(&format!("{FUNCTION}a: &a\n"), |text, n| writeln!(text, "  k{n:05}: v").unwrap())
                + &each("b:\n  <<: *a\n", |text, n| writeln!(text, "  k{n:05}: v").unwrap()),
        ),
        (
            "unknown keys",
            each("functions:\n  a:\n    handler: a\n", |text, n| {
                writeln!(text, "    memorySiz{n:05}: 1").unwrap();
            }),
        ),
        (
            "functions",
            each("functions:\n", |text, n| writeln!(text, "  f{n:05}: {{handler: a}}").unwrap()),
        ),
        (
            "variables",
            each(
                "functions:\n  a:\n    handler: a\n    environment:\n      variables:\n",
                |text, n| {
                    writeln!(text, "        V{n:05}: v").unwrap();
                },
            ),
        ),
        (
            "routes",
            each(
                "inputs:\n  handler: a\n  events:\n    - apigw:\n        parameters:\n          \
                 endpoints:\n",
                |text, n| {
                    writeln!(text, "            - {{path: /p{n:05}}}").unwrap();
                },
            ),
        ),
        (
            "functions and routes for AWS",
            each(
                "provider: {name: aws, environment: {A: '${ssm:/a}'}, httpApi: {cors: true}}\n\
                 functions:\n",
                |text, n| {
                    let events = format!("[{{http: GET /p{n:05}}}, {{httpApi: GET /p{n:05}}}]");
                    writeln!(text, "  f{n:05}: {{handler: a, events: {events}}}").unwrap();
                },
            ),
        ),
        (
            "resources of a template, and references to them and to others",
            each("Globals: {Function: {Handler: a}}\nResources:\n", |text, n| {
                let variables = format!("{{A: !Ref R{n:05}, B: !Ref X{n:05}}}");
                let properties = format!("{{Environment: {{Variables: {variables}}}}}");
                writeln!(
                    text,
                    "  R{n:05}: {{Type: 'AWS::Serverless::Function', Properties: {properties}}}"
                )
                .unwrap();
            }),
        ),
        ("a key of many letters", FUNCTION.to_owned() + &"k".repeat(count * 8) + ": v\n"),
        (
            "a list",
            each(&format!("{FUNCTION}list:\n"), |text, n| writeln!(text, "  - {n:05}").unwrap()),
        ),
    ]
}

/// Reads every shape in every size, and says so on standard output.
fn child() {
    for at in 0..shapes(1).len() {
        for size in SIZES {
            let (name, text) = shapes(size).swap_remove(at);
            println!("counted: {name}, {size}: {}", counted_reading(&text));
        }
    }
}

/// The counts of the calls, in their order: Callgrind writes one file after each call.
fn counts(folder: &Path) -> Vec<u64> {
    let total = |profile: String| {
        let total = profile.lines().find_map(|line| line.strip_prefix("totals: "));
        total.unwrap().parse().unwrap()
    };
    let path = |number| folder.join(format!("callgrind.{number}"));
    (1..).map_while(|number| fs::read_to_string(path(number)).ok()).map(total).collect()
}

#[test]
fn forty_nine_thousand_keys_are_read_in_linear_time() {
    if env::var_os(IS_CHILD).is_some() {
        return child();
    }
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg("--zero-before=gateway::linear::counted_reading")
        .arg("--dump-after=gateway::linear::counted_reading")
        .arg(format!("--callgrind-out-file={}", folder.path().join("callgrind").display()))
        .arg(env::current_exe().unwrap())
        .args(["--exact", "linear::forty_nine_thousand_keys_are_read_in_linear_time"])
        .args(["--nocapture", "--test-threads", "1"])
        .env(IS_CHILD, "")
        .output()
        .expect("Valgrind is installed");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let names: Vec<&str> = text.lines().filter(|line| line.contains("counted: ")).collect();
    let counts = counts(folder.path());
    assert_eq!(counts.len(), names.len());
    assert_eq!(names.len(), shapes(1).len() * SIZES.len());
    for (names, counts) in names.chunks(SIZES.len()).zip(counts.chunks(SIZES.len())) {
        assert!(counts[0] > 0, "{}", names[0]);
        // Four times the parts, four times the work, and a fifth for tables that grow. Squared it
        // would be sixteen times.
        assert!(
            counts[1] * 10 <= counts[0] * 48,
            "{}: {} after {}",
            names[1],
            counts[1],
            counts[0]
        );
    }
}
