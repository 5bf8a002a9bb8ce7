//! Responds with what the crate lambda_runtime has read of the event and of the platform, in one
//! piece or in a stream.

use std::time::Duration;

use lambda_runtime::streaming::{Body, Response, channel};
use lambda_runtime::{Error, LambdaEvent, MetadataPrelude, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if std::env::var_os("STREAMS").is_some() {
        return run(service_fn(stream)).await;
    }
    run(service_fn(respond)).await
}

async fn respond(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let LambdaEvent { payload, context } = event;
    let name = payload["pathParameters"]["name"].as_str().ok_or("no name")?;
    assert!(name != "panic", "no cat");
    let function = &context.env_config;
    let text = format!(
        "{} {name} {} {} {} {} {}",
        payload["httpMethod"].as_str().unwrap_or_default(),
        function.function_name,
        function.memory,
        context.invoked_function_arn,
        context.request_id.len(),
        context.deadline > 0,
    );
    Ok(json!({"statusCode": 200, "headers": {"x-other": "1"}, "body": text}))
}

async fn stream(event: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
    let (mut sender, stream) = channel();
    tokio::spawn(async move {
        for number in 0..3 {
            let _ = sender.send_data(format!("piece {number}\n").into()).await;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    });
    let mut metadata_prelude = MetadataPrelude::default();
    metadata_prelude.headers.insert("content-type", "text/event-stream".parse()?);
    if event.payload["httpMethod"] == "PUT" {
        metadata_prelude.status_code = 201.try_into()?;
    }
    metadata_prelude.cookies = vec!["a=1".into(), "b=2".into()];
    Ok(Response { metadata_prelude, stream })
}
