//! The gateways of AWS: which route a request takes, the event that it becomes, and the response.

mod authorize;
mod binary;
mod cors;
mod event;
mod find;
mod reply;
pub(crate) mod socket;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::upgrade::OnUpgrade;

use crate::invocation::Output;
use crate::observer::Exchange;
use crate::served::{Served, drain, read_body, refuse};
use crate::service::{DECODER, ENCODER, MAX_BODY, Service};
use crate::table::Table;
use event::Request;
use find::Outcome;

/// Bytes of a request and of a response of a load balancer
/// (<https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>).
const MAX_ALB: usize = 1 << 20;

/// Answers a request to one of the routes of AWS.
pub(crate) async fn serve(
    service: &Arc<Service>,
    table: &Table,
    (parts, body): (&Parts, Incoming),
    upgrade: OnUpgrade,
    peer: SocketAddr,
    exchange: &mut Exchange,
) -> Served {
    if let Some(id) = socket::connection_id(&table.routes, parts) {
        let body = read_body(service, body, socket::MAX_MESSAGE).await;
        return socket::manage(service, parts, body, id, peer.ip().to_canonical(), exchange)
            .await
            .into();
    }
    if let Some(routes) = socket::find(&table.routes, parts) {
        if let Err(refusal) = service.hosts.check_origin(&parts.headers) {
            return refuse(service, body, refusal).await.into();
        }
        let source_ip = peer.ip().to_canonical().to_string();
        return socket::connect(service, &routes, parts, upgrade, source_ip, exchange).await.into();
    }
    let found = match find::find(&table.routes, parts) {
        Outcome::Route(found) => found,
        Outcome::Preflight(reply) | Outcome::Nothing(reply) => {
            return drain(service, body, *reply).await.into();
        }
    };
    let (route, aws) = (found.route, found.aws);
    let is_base64 = binary::is_base64(aws, &parts.headers);
    let source_ip = peer.ip().to_canonical().to_string();
    let id = uuid(&service.next_id());
    let mut request = Request {
        found: &found,
        parts,
        source_ip: &source_ip,
        port: service.address.port(),
        time: SystemTime::now(),
        id: &id,
        body: &[],
        is_base64,
        authorizer: None,
    };
    let authorized = match authorize::authorize(service, &request, &exchange.target).await {
        Ok(authorized) => authorized,
        Err(mut refused) => {
            exchange.id.clone_from(&id);
            // Pages see why; a REST API leaves that to the file.
            if let Some(cors) = aws.cors.as_ref().filter(|_| aws.gateway.is_http_api()) {
                cors::complete(aws.gateway, cors, &parts.headers, &mut refused);
            }
            return drain(service, body, *refused).await.into();
        }
    };
    let whole = if aws.gateway.is_alb() { MAX_ALB } else { MAX_BODY };
    // Three bytes become four.
    let max = if is_base64 { whole / 4 * 3 } else { whole };
    let body = match read_body(service, body, max).await {
        Ok(body) => body,
        Err(refused) => return reply::refused(aws.gateway, *refused).into(),
    };
    exchange.id.clone_from(&id);
    exchange.function = Some(route.function.clone());
    request.body = &body;
    request.authorizer = authorized.as_deref();
    let event = match ENCODER.with_borrow_mut(|encoder| event::encode(encoder, &request)) {
        Ok(event) => event,
        Err(error) => {
            let note = format!("the request makes no event: {error}");
            return reply::error(aws.gateway, reply::Fault::BadRequest, &note).into();
        }
    };
    let output = service.hand(&route.function, route.timeout, &id, event, exchange).await;
    let mut served: Served = match output {
        Ok(Output::Whole(output)) => DECODER
            .with_borrow_mut(|decoder| reply::response(decoder, aws, &parts.headers, &output))
            .into(),
        Ok(Output::Stream(stream)) => stream.into(),
        Err(unanswered) => reply::unanswered(aws.gateway, &unanswered).into(),
    };
    if let Some(name) = reply::id_header(aws.gateway) {
        reply::set(&mut served.whole, name, &id);
    }
    if let Some(cors) = &aws.cors {
        cors::complete(aws.gateway, cors, &parts.headers, &mut served.whole);
    }
    served
}

/// An identifier in the form of AWS's: `c6af9ac6-7b61-11e6-9a41-93e8deadbeef`.
pub(crate) fn uuid(id: &str) -> String {
    let ends = [8, 12, 16, 20, 32];
    let mut at = 0;
    let parts = ends.map(|end| {
        let part = id.get(at..end).unwrap_or_default();
        at = end;
        part
    });
    parts.join("-")
}
