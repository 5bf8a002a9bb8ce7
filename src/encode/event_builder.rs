//! The parts of an event that is to be encoded.

use crate::record::event::WebSocketPhase;
use crate::record::kinds::{BodyEncoding, Dialect};

/// The parts of an event, from which [`crate::Encoder::encode_event`] writes its JSON.
///
/// Each setter has the name of the accessor of [`crate::Event`] that returns the part. Members that
/// a dialect does not have are left out. Maps are written sorted by name, as in every captured
/// event, and the values of a repeated name as an array.
///
/// ```
/// let event = apigw::EventBuilder::api_gateway()
///     .method("POST")
///     .path("/cats")
///     .headers(&[("host", "example.com")])
///     .query(&[("tag", Some("black")), ("all", None), ("tag", Some("white"))])
///     .body("{}");
///
/// let mut encoder = apigw::Encoder::new();
/// let json = encoder.encode_event(&event)?;
///
/// let mut decoder = apigw::Decoder::new();
/// let event = decoder.decode(json).expect("what is encoded can be decoded");
/// assert_eq!(event.path(), Some("/cats"));
/// assert!(event.query().get_all("tag").eq([Some("black"), Some("white")]));
/// assert_eq!(event.body(), apigw::Body::Text("{}"));
/// # Ok::<(), apigw::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct EventBuilder<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) method: Option<&'a str>,
    pub(crate) path: Option<&'a str>,
    pub(crate) route: Option<&'a str>,
    pub(crate) route_method: Option<&'a str>,
    pub(crate) stage: Option<&'a str>,
    pub(crate) request_id: Option<&'a str>,
    pub(crate) api_id: Option<&'a str>,
    pub(crate) domain_name: Option<&'a str>,
    pub(crate) account_id: Option<&'a str>,
    pub(crate) source_ip: Option<&'a str>,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) secret_id: Option<&'a str>,
    pub(crate) time_ms: Option<u64>,
    pub(super) environment_id: Option<&'a str>,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) query: &'a [(&'a str, Option<&'a str>)],
    pub(crate) path_parameters: &'a [(&'a str, &'a str)],
    pub(crate) declared_query: &'a [(&'a str, Option<&'a str>)],
    pub(crate) declared_headers: &'a [(&'a str, &'a str)],
    pub(crate) stage_variables: Option<&'a [(&'a str, &'a str)]>,
    pub(crate) body: Body<'a>,
    pub(super) phase: WebSocketPhase,
    pub(super) connection_id: &'a str,
    pub(crate) websocket_protocol: Option<&'a str>,
    pub(crate) websocket_extensions: Option<&'a str>,
    pub(super) raw_query: Option<&'a str>,
    pub(super) payload_format: Option<&'a str>,
    pub(super) message_id: Option<&'a str>,
    pub(super) connected_ms: Option<u64>,
    pub(super) disconnect: Option<(u16, &'a str)>,
    pub(super) authorizer: Option<&'a str>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Body<'a> {
    Absent,
    Bytes(&'a [u8], BodyEncoding),
    Json(&'a str),
}

impl<'a> EventBuilder<'a> {
    /// Makes an event of API Gateway (<https://cloud.tencent.com/document/product/583/12513>).
    /// Without a body it has no member for one.
    pub fn api_gateway() -> EventBuilder<'a> {
        EventBuilder::new(Dialect::TencentApiGateway)
    }

    /// Makes an event of a Function URL (<https://cloud.tencent.com/document/product/583/96099>)
    /// with method, path, headers, query and body. No document describes a base64 body; its flag is
    /// written in that case.
    pub fn function_url() -> EventBuilder<'a> {
        EventBuilder::new(Dialect::TencentFunctionUrl)
    }

    /// Makes an event of the load balancer (<https://cloud.tencent.com/document/product/583/52635>)
    /// with headers and body. Method and path, if they are sent at all, are the headers `X-Method`
    /// and `X-Uri`.
    pub fn clb() -> EventBuilder<'a> {
        EventBuilder::new(Dialect::TencentClb)
    }

    /// Makes an event of CloudBase (<https://cloud.tencent.com/document/product/876/41776>) with
    /// method, path, headers, query and body.
    pub fn cloudbase(environment_id: &'a str) -> EventBuilder<'a> {
        let event = EventBuilder::new(Dialect::TencentCloudBase);
        EventBuilder { environment_id: Some(environment_id), ..event }
    }

    /// Makes an event of a WebSocket connection
    /// (<https://cloud.tencent.com/document/product/583/32553>). Only [`WebSocketPhase::Connect`]
    /// has the parts of a request, and only [`WebSocketPhase::Message`] has a body: text, or binary
    /// data in base64.
    pub fn websocket(phase: WebSocketPhase, connection_id: &'a str) -> EventBuilder<'a> {
        EventBuilder { phase, connection_id, ..EventBuilder::new(Dialect::TencentWebSocket) }
    }

    /// Makes an event of a dialect that has requests. Other dialects are refused when the event is
    /// encoded. A part that the dialect needs and that is not set gets a sample value.
    ///
    /// ```
    /// let event = apigw::EventBuilder::new(apigw::Dialect::AwsHttpApi)
    ///     .method("GET")
    ///     .path("/cats")
    ///     .query(&[("tag", Some("a b"))]);
    ///
    /// let mut encoder = apigw::Encoder::new();
    /// let json = encoder.encode_event(&event)?;
    ///
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(json).expect("what is encoded can be decoded");
    /// assert_eq!(event.raw_query(), Some("tag=a%20b"));
    /// assert_eq!(event.query().get("tag"), Some("a b"));
    /// # Ok::<(), apigw::EncodeError>(())
    /// ```
    pub fn new(dialect: Dialect) -> EventBuilder<'a> {
        EventBuilder {
            dialect,
            method: None,
            path: None,
            route: None,
            route_method: None,
            stage: None,
            request_id: None,
            api_id: None,
            domain_name: None,
            account_id: None,
            source_ip: None,
            user_agent: None,
            secret_id: None,
            environment_id: None,
            headers: &[],
            query: &[],
            path_parameters: &[],
            declared_query: &[],
            declared_headers: &[],
            stage_variables: None,
            body: Body::Absent,
            phase: WebSocketPhase::Connect,
            connection_id: "",
            websocket_protocol: None,
            websocket_extensions: None,
            raw_query: None,
            time_ms: None,
            payload_format: None,
            message_id: None,
            connected_ms: None,
            disconnect: None,
            authorizer: None,
        }
    }

    /// Sets the request's method.
    pub fn method(self, method: &'a str) -> EventBuilder<'a> {
        EventBuilder { method: Some(method), ..self }
    }

    /// Sets the request's path without the stage.
    pub fn path(self, path: &'a str) -> EventBuilder<'a> {
        EventBuilder { path: Some(path), ..self }
    }

    /// Sets the configured path.
    pub fn route(self, route: &'a str) -> EventBuilder<'a> {
        EventBuilder { route: Some(route), ..self }
    }

    /// Sets the configured method, which may be `ANY`.
    pub fn route_method(self, method: &'a str) -> EventBuilder<'a> {
        EventBuilder { route_method: Some(method), ..self }
    }

    /// Sets the stage of the service.
    pub fn stage(self, stage: &'a str) -> EventBuilder<'a> {
        EventBuilder { stage: Some(stage), ..self }
    }

    /// Sets the request's identifier.
    pub fn request_id(self, id: &'a str) -> EventBuilder<'a> {
        EventBuilder { request_id: Some(id), ..self }
    }

    /// Sets the service's identifier.
    pub fn api_id(self, id: &'a str) -> EventBuilder<'a> {
        EventBuilder { api_id: Some(id), ..self }
    }

    /// Sets the domain that the request was sent to.
    pub fn domain_name(self, domain: &'a str) -> EventBuilder<'a> {
        EventBuilder { domain_name: Some(domain), ..self }
    }

    /// Sets the account that owns the gateway.
    pub fn account_id(self, id: &'a str) -> EventBuilder<'a> {
        EventBuilder { account_id: Some(id), ..self }
    }

    /// Sets the client's user agent.
    pub fn user_agent(self, agent: &'a str) -> EventBuilder<'a> {
        EventBuilder { user_agent: Some(agent), ..self }
    }

    /// Sets what happened to a WebSocket connection, and the identifier of the connection.
    pub fn websocket_event(self, phase: WebSocketPhase, id: &'a str) -> EventBuilder<'a> {
        EventBuilder { phase, connection_id: id, ..self }
    }

    /// Sets the client's address.
    pub fn source_ip(self, address: &'a str) -> EventBuilder<'a> {
        EventBuilder { source_ip: Some(address), ..self }
    }

    /// Sets the key that the request was signed with.
    pub fn secret_id(self, id: &'a str) -> EventBuilder<'a> {
        EventBuilder { secret_id: Some(id), ..self }
    }

    /// Sets the request's headers. Running gateways send names in lower case.
    pub fn headers(self, headers: &'a [(&'a str, &'a str)]) -> EventBuilder<'a> {
        EventBuilder { headers, ..self }
    }

    /// Sets the request's query, decoded. A key without `=` has no value.
    pub fn query(self, query: &'a [(&'a str, Option<&'a str>)]) -> EventBuilder<'a> {
        EventBuilder { query, ..self }
    }

    /// Sets the request's query as it was sent, next to the decoded one. Dialects that pass the
    /// query encoded have it instead of one that is encoded again.
    pub fn raw_query(self, query: &'a str) -> EventBuilder<'a> {
        EventBuilder { raw_query: Some(query), ..self }
    }

    /// Sets when the request came, in milliseconds since 1970. Only events of AWS have it.
    pub fn time_ms(self, time: u64) -> EventBuilder<'a> {
        EventBuilder { time_ms: Some(time), ..self }
    }

    /// Sets the member `version` of an event with the members of a REST API of AWS: HTTP APIs with
    /// payload format 1.0 send `1.0`.
    pub fn payload_format(self, version: &'a str) -> EventBuilder<'a> {
        EventBuilder { payload_format: Some(version), ..self }
    }

    /// Sets the values of the variables in the configured path.
    pub fn path_parameters(self, parameters: &'a [(&'a str, &'a str)]) -> EventBuilder<'a> {
        EventBuilder { path_parameters: parameters, ..self }
    }

    /// Sets the query parameters that the service's configuration declares.
    pub fn declared_query(self, query: &'a [(&'a str, Option<&'a str>)]) -> EventBuilder<'a> {
        EventBuilder { declared_query: query, ..self }
    }

    /// Sets the headers that the service's configuration declares.
    pub fn declared_headers(self, headers: &'a [(&'a str, &'a str)]) -> EventBuilder<'a> {
        EventBuilder { declared_headers: headers, ..self }
    }

    /// Sets the variables of the stage. The member is left out if this is not called, because only
    /// documented events have it.
    pub fn stage_variables(self, variables: &'a [(&'a str, &'a str)]) -> EventBuilder<'a> {
        EventBuilder { stage_variables: Some(variables), ..self }
    }

    /// Sets the bytes of the body. They are written as text if they are UTF-8, otherwise in base64.
    pub fn body(self, body: &'a (impl AsRef<[u8]> + ?Sized)) -> EventBuilder<'a> {
        self.encoded_body(body, BodyEncoding::Auto)
    }

    /// Sets the bytes of the body, and how they are written.
    pub fn encoded_body(
        self,
        body: &'a (impl AsRef<[u8]> + ?Sized),
        encoding: BodyEncoding,
    ) -> EventBuilder<'a> {
        EventBuilder { body: Body::Bytes(body.as_ref(), encoding), ..self }
    }

    /// Sets a body that is a JSON object or array in the event, as the load balancer sends a JSON
    /// body.
    pub fn json_body(self, json: &'a str) -> EventBuilder<'a> {
        EventBuilder { body: Body::Json(json), ..self }
    }

    /// Sets the identifier of a WebSocket message. Only events of AWS have it.
    pub fn message_id(self, id: &'a str) -> EventBuilder<'a> {
        EventBuilder { message_id: Some(id), ..self }
    }

    /// Sets when a WebSocket connection was opened, in milliseconds since 1970. Only events of AWS
    /// have it.
    pub fn connected_ms(self, time: u64) -> EventBuilder<'a> {
        EventBuilder { connected_ms: Some(time), ..self }
    }

    /// Sets the code and the reason with which a WebSocket connection was closed (RFC 6455 section
    /// 7.4). Only events of AWS have them.
    pub fn disconnect(self, code: u16, reason: &'a str) -> EventBuilder<'a> {
        EventBuilder { disconnect: Some((code, reason)), ..self }
    }

    /// Sets what an authorizer has found out: a JSON object. Only events of AWS have it.
    pub fn authorizer(self, json: &'a str) -> EventBuilder<'a> {
        EventBuilder { authorizer: Some(json), ..self }
    }

    /// Sets the subprotocols that a WebSocket client offers, separated by commas.
    pub fn websocket_protocol(self, protocols: &'a str) -> EventBuilder<'a> {
        EventBuilder { websocket_protocol: Some(protocols), ..self }
    }

    /// Sets the extensions that a WebSocket client offers, separated by commas.
    pub fn websocket_extensions(self, extensions: &'a str) -> EventBuilder<'a> {
        EventBuilder { websocket_extensions: Some(extensions), ..self }
    }
}
