//! Platforms that fail, and what stops a function.

use std::convert::Infallible;
use std::time::Duration;

use apigw::OwnedEvent;
use apigw_runtime::{Context, Output, Platform, Runtime};
use http::Response;

use crate::platform::{Step, event, failure, on_both, response, run};

async fn slow(_event: OwnedEvent, _context: Context) -> Result<Output, Infallible> {
    tokio::time::sleep(Duration::from_millis(20)).await;
    let response = Response::builder().header("content-type", "text/plain").body("hello");
    Ok(response.unwrap().into())
}

#[test]
fn faults_of_the_platform_are_survived() {
    on_both(|is_lambda| {
        let steps = [
            Step::DropNext,
            Step::Event(event("/")),
            Step::RefuseNext,
            Step::RefuseNext,
            Step::Event(event("/")),
            Step::DropResponse(event("/")),
            Step::RefuseResponse(event("/")),
            Step::Endless,
            Step::Event(event("/")),
        ];
        let hello = || response("hello");
        let (state, outcome) = run(is_lambda, &steps, |runtime| runtime.run_handler(slow));
        outcome.unwrap();
        let refused = failure("the platform returned 413 for a response of 97 bytes");
        let long = failure("the event is too long");
        let expected = [hello(), hello(), hello(), hello(), hello(), refused, long, hello()];
        assert_eq!(state.sent, expected);
    });
}

#[test]
fn a_platform_that_refuses_or_is_not_there_is_an_error() {
    on_both(|is_lambda| {
        let refuse = vec![Step::RefuseNext; 6];
        let (_, outcome) = run(is_lambda, &refuse, |runtime| runtime.run_handler(slow));
        let error = outcome.unwrap_err().to_string();
        assert!(error.ends_with("/runtime/invocation/next returned 500"), "{error}");

        let address = "127.0.0.1:1".to_owned();
        let platform = if is_lambda { Platform::Lambda(address) } else { Platform::Scf(address) };
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let outcome = tokio.block_on(Runtime::new(platform).run_handler(slow));
        let error = outcome.unwrap_err().to_string();
        assert!(error.starts_with("http://127.0.0.1:1/") && error.contains("refused"), "{error}");
    });
}

#[test]
fn what_stops_the_function_does_not_stop_an_event() {
    on_both(|is_lambda| {
        for step in [Step::StopInside(event("/")), Step::StopBefore(event("/"))] {
            let (state, outcome) = run(is_lambda, &[step], |runtime| runtime.run_handler(slow));
            outcome.unwrap();
            assert_eq!(state.sent, [response("hello")]);
        }
        let (state, outcome) = run(is_lambda, &[], |runtime| runtime.run_handler(slow));
        outcome.unwrap();
        assert_eq!(state.sent, []);
    });
}

#[test]
fn many_events_take_one_connection() {
    on_both(|is_lambda| {
        let steps = vec![Step::Event(event("/")); 500];
        let quick = async |_event: OwnedEvent, _context: Context| {
            Ok::<_, Infallible>(Output::Raw("1".into()))
        };
        let (state, outcome) = run(is_lambda, &steps, |runtime| runtime.run_handler(quick));
        outcome.unwrap();
        assert_eq!((state.sent.len(), state.connections), (500, 1));
    });
}
