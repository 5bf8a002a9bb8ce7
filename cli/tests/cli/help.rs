//! What the tool says about itself, and its reactions to wrong usage.

use crate::support::run;

fn ask(arguments: &[&str]) -> (i32, String, String) {
    let ran = run(".", arguments);
    (ran.status, ran.out, ran.err)
}

#[test]
fn help_teaches_with_examples() {
    for (arguments, examples) in [
        (
            &["--help"][..],
            &["apigw show event.json", "apigw check events.ndjson.gz", "Exit status:"][..],
        ),
        (&["-h"], &["apigw show event.json", "apigw bench events.ndjson"]),
        (&["show", "--help"], &["apigw show --json=pairs - < events.ndjson", "Exit status:"]),
        (&["check", "--help"], &["apigw check --quiet event.json && echo fine", "Exit status:"]),
        (
            &["bench", "--help"],
            &["apigw bench --rounds 31 --sample 256M events.ndjson", "Exit status:"],
        ),
        (
            &["response", "check", "--help"],
            &["apigw response check --rules function-url responses/", "Exit status:"],
        ),
        (
            &["help", "response", "make"],
            &["apigw response make --header 'Content-Type: text/html'", "Exit status:"],
        ),
        #[cfg(feature = "convert")]
        (
            &["convert", "--help"],
            &["apigw convert events.ndjson.gz -o events.parquet", "Exit status:"],
        ),
        (&["help", "dev"], &["--allow-host <NAME>", "--allow-any-origin"]),
        (&["help", "invoke"], &["apigw invoke event.json --function hello_world", "Exit status:"]),
        (&["help", "event", "make"], &["--dialect aws-http-api", "Exit status:"]),
        (&["help", "proxy"], &["exec ./apigw proxy -- ./server", "Exit status:"]),
        (&["help", "replay"], &["--read-timeout <SECONDS>", "[default: 60]"]),
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
    let documented = "events.ndjson:17: error 33 wrong-type at byte 412 (headers): this is a \
    number, it has to \
                      be an object of strings or lists of strings";
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&help).contains(documented), "{help}");
    let text = format!("{}{{{}\"headers\":7}}\n", "{}\n".repeat(16), " ".repeat(401));
    let folder = crate::support::folder(&[("events.ndjson", text.as_bytes())]);
    assert_eq!(run(&folder, &["check", "events.ndjson"]).out, format!("{documented}\n"));
}

#[test]
fn the_form_of_a_checked_response_is_the_documented_one() {
    let (_, help, _) = ask(&["response", "check", "--help"]);
    let lines = [
        "response.json: ok, status 200, 2 headers, text body of 14 bytes",
        "response.json:1: error 33 wrong-type at byte 14 (statusCode): this is a string, it has to \
         be an integer",
    ];
    let responses = [
        r#"{"statusCode":200,"headers":{"a":["1","2"]},"body":"<h1>hello</h1>"}"#,
        r#"{"statusCode":"200"}"#,
    ];
    for (line, ran) in lines.into_iter().zip(responses) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&help).contains(line), "{help}");
        let folder = crate::support::folder(&[("response.json", ran.as_bytes())]);
        let checked = run(&folder, &["response", "check", "response.json"]);
        assert_eq!(checked.out, format!("{line}\n"));
    }
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
        &["response"],
        &["response", "check", "--rules", "lax"],
        &["response", "make", "--status", "99"],
        &["response", "make", "--status", "1000"],
        &["response", "make", "--header", "no colon"],
        &["response", "make", "--body", "file", "--body-text", "text"],
        &["response", "make", "--base64", "--text"],
        &["dev", "--allow-host", "http://gateway.local"],
        &["dev", "--allow-host", "gateway.local:80"],
        &["dev", "--allow-host", ""],
        &["replay", "--url", "http://a", "--read-timeout", "0"],
        &["replay", "--url", "http://a", "--max-response", "much"],
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
        for word in [
            "apigw",
            "show",
            "check",
            "convert",
            "bench",
            "response",
            "threads",
            "max-event",
            "body-text",
        ] {
            assert!(out.contains(word), "{shell} lacks {word}");
        }
    }
}
