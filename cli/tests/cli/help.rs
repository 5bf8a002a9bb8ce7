//! What the tool says about itself, and how it answers wrong usage.

use crate::support::run;

fn ask(arguments: &[&str]) -> (i32, String, String) {
    let answer = run(".", arguments);
    (answer.status, answer.out, answer.err)
}

#[test]
fn help_teaches_with_examples() {
    for (arguments, examples) in [
        (
            &["--help"][..],
            &["apigw show event.json", "apigw check events.ndjson.gz", "Exit status:"][..],
        ),
        (&["-h"], &["apigw show event.json", "apigw bench events.ndjson"]),
        (&["show", "--help"], &["apigw show --json events.ndjson > all.ndjson", "Exit status:"]),
        (&["check", "--help"], &["apigw check --quiet event.json && echo fine", "Exit status:"]),
        (
            &["bench", "--help"],
            &["apigw bench --rounds 31 --sample 256M events.ndjson", "Exit status:"],
        ),
        (&["help", "completions"], &["apigw completions zsh > ~/.zfunc/_apigw"]),
    ] {
        let (status, out, err) = ask(arguments);
        assert_eq!((status, &*err), (0, ""), "{arguments:?}");
        for example in examples {
            assert!(out.contains(example), "{arguments:?} lacks {example:?}:\n{out}");
        }
    }
}

#[test]
fn the_form_of_a_report_is_the_documented_one() {
    let (_, help, _) = ask(&["check", "--help"]);
    let documented = "events.ndjson:17: error 33 wrong-type at byte 412 (headers): the member's value has the wrong type";
    assert!(help.contains(documented));
    let text = format!("{}{{{}\"headers\":7}}\n", "{}\n".repeat(16), " ".repeat(401));
    let folder = crate::support::folder(&[("events.ndjson", text.as_bytes())]);
    assert_eq!(run(&folder, &["check", "events.ndjson"]).out, format!("{documented}\n"));
}

#[test]
fn version() {
    let expected = format!("apigw {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(ask(&["--version"]), (0, expected, String::new()));
}

#[test]
fn wrong_usage_is_status_2() {
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["check", "--frobnicate"],
        &["check", "--threads", "0"],
        &["check", "--threads", "many"],
        &["check", "--quiet", "--json"],
        &["check", "--max-event", "0"],
        &["check", "--max-event", "2G"],
        &["check", "--max-event", "99999999999999999999"],
        &["check", "--input", "xml"],
        &["show", "--body", "some"],
        &["show", "--body", "18446744073709551615K"],
        &["bench", "--rounds", "0"],
        &["completions"],
        &["completions", "tcsh"],
    ] {
        let (status, out, err) = ask(arguments);
        assert_eq!((status, &*out), (2, ""), "{arguments:?}");
        assert!(err.contains("Usage:") || err.contains("--help"), "{arguments:?}: {err}");
    }
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (status, out, err) = ask(&["completions", shell]);
        assert_eq!((status, &*err), (0, ""), "{shell}");
        for word in ["apigw", "show", "check", "bench", "threads", "max-event"] {
            assert!(out.contains(word), "{shell} lacks {word}");
        }
    }
}
