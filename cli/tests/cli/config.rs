//! `apigw config`, and the file that commands read by default.

use crate::support::{folder, json_lines, pipe, run};

const GOOD: &[u8] =
    b"functions: {a: {handler: a, runtime: Nodejs18.15, events: [{apigw: {parameters: {}}}]}}";
const BAD: &[u8] = b"functions:\n  a:\n    handler: a\n    timeout: 0\n    runtime: Nodejs18.15\n";

#[test]
fn several_files_are_checked() {
    let folder = folder(&[("good.yml", GOOD), ("bad.yml", BAD)]);
    let found = run(&folder, &["config", "check", "bad.yml", "good.yml"]);
    assert_eq!(found.status, 1);
    assert_eq!(
        found.out,
        "bad.yml:4:14: error: `timeout` has to be a number from 1 to 86400, not `0`\n\
         good.yml: ok, 1 function, 1 route\n"
    );
    assert_eq!(run(&folder, &["config", "check", "good.yml", "good.yml"]).status, 0);
}

#[test]
fn a_file_on_standard_input_is_checked_and_shown() {
    let found = pipe(&["config", "check", "-"], GOOD);
    assert_eq!((found.status, found.out.as_str()), (0, "<stdin>: ok, 1 function, 1 route\n"));
    let found = pipe(&["config", "check", "-"], BAD);
    assert!(found.status == 1 && found.out.starts_with("<stdin>:4:14: error: "), "{}", found.out);
    let found = pipe(&["config", "show", "-"], GOOD);
    assert!(found.status == 0 && found.out.contains("GET /release/a"), "{}", found.out);
}

#[test]
fn faults_can_be_json() {
    let folder = folder(&[("good.yml", GOOD), ("bad.yml", BAD)]);
    let found = run(&folder, &["config", "check", "--json", "bad.yml", "good.yml"]);
    let lines = json_lines(&found.out);
    assert_eq!((found.status, lines.len()), (1, 1));
    assert_eq!(
        lines[0],
        serde_json::json!({
            "file": "bad.yml", "line": 4, "column": 14, "severity": "error",
            "message": "`timeout` has to be a number from 1 to 86400, not `0`",
        })
    );
}

#[test]
fn serverless_yaml_is_found_too() {
    let folder = folder(&[("serverless.yaml", GOOD)]);
    let found = run(&folder, &["config", "check"]);
    assert_eq!(found.out, "serverless.yaml: ok, 1 function, 1 route\n");
    assert!(run(&folder, &["config", "show"]).out.contains("GET /release/a"));
    let found = run(&folder, &["dev", "--port", "0", "--node-runtime", "x", "--start", "b=c"]);
    assert_eq!(found.err, "apigw: there is no function b: a\n");
    std::fs::write(folder.path().join("serverless.yml"), BAD).unwrap();
    assert!(run(&folder, &["config", "check"]).out.starts_with("serverless.yml:4:14: error: "));
}
