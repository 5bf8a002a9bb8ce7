//! Responds with what the crate tencent_scf has read from the event and from the platform.

use tencent_scf::builtin::api::{Request, Response, ResponseBuilder, ext};
use tencent_scf::{Context, make_scf, start};

fn main() {
    start(make_scf(
        |request: Request<String>, context: Context| -> Result<Response<String>, String> {
            let extensions = request.extensions();
            let route = extensions.get::<ext::RequestContext>().ok_or("no context")?;
            let parameters = &extensions.get::<ext::PathParameters>().ok_or("no parameters")?.0;
            let query = &extensions.get::<ext::QueryString>().ok_or("no query")?.0;
            let name = parameters.get("name").ok_or("no name")?;
            assert!(name != "panic", "no cat");
            let header =
                request.headers().get("x-test").map_or("", |value| value.to_str().unwrap_or("?"));
            let text = format!(
                "{} {} {} {} {name} {} {header} {} {} {} {} {} {}",
                request.method(),
                request.uri(),
                route.path,
                route.stage,
                query.get("colour").map_or("", String::as_str),
                request.body(),
                context.namespace,
                context.function_name,
                context.memory_limit_in_mb,
                context.time_limit_in_ms,
                context.request_id.len(),
            );
            let response =
                ResponseBuilder::new().header("x-other", "1").header("x-other", "2").body(text);
            response.map_err(|error| error.to_string())
        },
    ));
}
