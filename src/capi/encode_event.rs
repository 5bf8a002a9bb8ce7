//! Encoding events.

use core::ffi::c_void;

use super::apigw_status;
use super::constants::{
    APIGW_E_ARGUMENT, APIGW_E_OUT_OF_MEMORY, APIGW_FLAG_BODY_JSON, APIGW_FLAG_WEBSOCKET_CLOSE,
    APIGW_FLAG_WEBSOCKET_CONNECT, APIGW_FLAG_WEBSOCKET_MESSAGE,
};
use super::encode::{bytes_of, encode_to, encoding, pairs_of, text_of};
use super::encoder::apigw_encoder;
use super::handle::{CallError, Versioned, versioned};
use super::structs::{apigw_event_parts, apigw_string, apigw_string_pairs};
use crate::encode::{Body, Encoder, EventBuilder};
use crate::memory::Output;
use crate::record::event::WebSocketPhase;
use crate::record::kinds::Dialect;

// SAFETY: the parts begin with their size; the other members are numbers and pointers.
unsafe impl Versioned for apigw_event_parts {}

/// Encodes an event as a gateway passes it to a function, for tests and emulators. Maps are sorted
/// by name. Output and errors are as for `apigw_encoder_encode_response`.
///
/// Returns `APIGW_E_ARGUMENT` also for impossible flags and if a part is missing that the dialect
/// needs, `APIGW_E_NO_RESPONSE` for a dialect whose events are not requests,
/// `APIGW_E_INVALID_UTF8` with the name of the part in `member`, `APIGW_E_NAME_TOO_LONG`, and for a
/// JSON body that is not JSON the error of JSON, with its offset in the body.
///
/// # Safety
/// `encoder` is NULL or an encoder that no other thread uses; `parts` is NULL or points to the
/// number of bytes in its `size`, and its pointers are NULL or valid; `out` is NULL or points to
/// `out_size` bytes that overlap none of these; `need` is NULL or can be written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_encoder_encode_event(
    encoder: *mut apigw_encoder,
    parts: *const apigw_event_parts,
    out: *mut c_void,
    out_size: usize,
    need: *mut usize,
) -> apigw_status {
    let encode = |encoder: &mut Encoder, output: Output<'_>| {
        // SAFETY: `size` is the number of bytes in the caller's parts, or they are null; the
        // pointers in them are valid, or NULL.
        unsafe {
            let parts = versioned(parts).ok_or(APIGW_E_ARGUMENT)?;
            let lists = Lists::new(&parts)?;
            Ok(encoder.encode_event_to(&event_of(&parts, &lists)?, output)?)
        }
    };
    // SAFETY: as the caller promises.
    unsafe { encode_to(encoder, out, out_size, need, encode) }
}

/// The maps of the caller's parts, in the form that the builder takes.
struct Lists<'a> {
    headers: Vec<(&'a str, &'a str)>,
    query: Vec<(&'a str, Option<&'a str>)>,
    path_parameters: Vec<(&'a str, &'a str)>,
    declared_query: Vec<(&'a str, Option<&'a str>)>,
    declared_headers: Vec<(&'a str, &'a str)>,
    stage_variables: Option<Vec<(&'a str, &'a str)>>,
}

impl<'a> Lists<'a> {
    /// # Safety
    /// The pointers in the parts are null or valid during `'a`.
    unsafe fn new(parts: &apigw_event_parts) -> Result<Lists<'a>, CallError> {
        let with_values = |list, member| {
            // SAFETY: as the caller promises.
            unsafe { list_of(list, member, |name, value| (name, value.unwrap_or_default())) }
        };
        // SAFETY: as the caller promises.
        let bare = |list, member| unsafe { list_of(list, member, |name, value| (name, value)) };
        let variables = parts.stage_variables;
        Ok(Lists {
            headers: with_values(parts.headers, "headers")?,
            query: bare(parts.query, "query")?,
            path_parameters: with_values(parts.path_parameters, "path_parameters")?,
            declared_query: bare(parts.declared_query, "declared_query")?,
            declared_headers: with_values(parts.declared_headers, "declared_headers")?,
            stage_variables: if variables.pairs.is_null() && variables.count == 0 {
                None
            } else {
                Some(with_values(variables, "stage_variables")?)
            },
        })
    }
}

/// Returns the pairs of a list, made by `pair` from a name and a value.
///
/// # Safety
/// As for [`pairs_of`].
#[inline(never)]
unsafe fn list_of<'a, T>(
    list: apigw_string_pairs,
    member: &'static str,
    pair: impl Fn(&'a str, Option<&'a str>) -> T,
) -> Result<Vec<T>, CallError> {
    // SAFETY: as the caller promises.
    let pairs = unsafe { pairs_of(list)? };
    let mut made = Vec::new();
    made.try_reserve(pairs.len()).map_err(|_| CallError::from(APIGW_E_OUT_OF_MEMORY))?;
    for it in pairs {
        // SAFETY: as the caller promises.
        let (name, value) = unsafe { (text_of(it.name, member)?, text_of(it.value, member)?) };
        made.push(pair(name.unwrap_or_default(), value));
    }
    Ok(made)
}

/// # Safety
/// The strings in the parts are absent or valid during `'a`.
unsafe fn event_of<'a>(
    parts: &apigw_event_parts,
    lists: &'a Lists<'a>,
) -> Result<EventBuilder<'a>, CallError> {
    // SAFETY: as the caller promises.
    let text = |string: apigw_string, member| unsafe { text_of::<'a>(string, member) };
    let needed = |string, member| text(string, member)?.ok_or(CallError::from(APIGW_E_ARGUMENT));
    let dialect = Dialect::from_number(parts.dialect).ok_or(APIGW_E_ARGUMENT)?;
    let has_phase = matches!(dialect, Dialect::TencentWebSocket | Dialect::AwsWebSocket);
    let phase = match parts.flags & !APIGW_FLAG_BODY_JSON {
        0 if !has_phase => None,
        APIGW_FLAG_WEBSOCKET_CONNECT if has_phase => Some(WebSocketPhase::Connect),
        APIGW_FLAG_WEBSOCKET_MESSAGE if has_phase => Some(WebSocketPhase::Message),
        APIGW_FLAG_WEBSOCKET_CLOSE if has_phase => Some(WebSocketPhase::Close),
        _ => return Err(CallError::from(APIGW_E_ARGUMENT)),
    };
    let mut event = match dialect {
        Dialect::TencentCloudBase => {
            EventBuilder::cloudbase(needed(parts.environment_id, "environment_id")?)
        }
        dialect => EventBuilder::new(dialect),
    };
    if let Some(phase) = phase {
        event = event.websocket_event(phase, needed(parts.connection_id, "connection_id")?);
    }
    for (place, string, member) in [
        (&mut event.method, parts.method, "method"),
        (&mut event.path, parts.path, "path"),
        (&mut event.route, parts.route, "route"),
        (&mut event.route_method, parts.route_method, "route_method"),
        (&mut event.stage, parts.stage, "stage"),
        (&mut event.request_id, parts.request_id, "request_id"),
        (&mut event.api_id, parts.api_id, "api_id"),
        (&mut event.domain_name, parts.domain_name, "domain_name"),
        (&mut event.account_id, parts.account_id, "account_id"),
        (&mut event.source_ip, parts.source_ip, "source_ip"),
        (&mut event.user_agent, parts.user_agent, "user_agent"),
        (&mut event.secret_id, parts.secret_id, "secret_id"),
        (&mut event.websocket_protocol, parts.websocket_protocol, "websocket_protocol"),
        (&mut event.websocket_extensions, parts.websocket_extensions, "websocket_extensions"),
    ] {
        *place = text(string, member)?;
    }
    if parts.flags & APIGW_FLAG_BODY_JSON != 0 {
        event.body = Body::Json(needed(parts.body, "body")?);
    } else if !parts.body.data.is_null() || parts.body.len != 0 {
        // SAFETY: as the caller promises.
        let body: &'a [u8] = unsafe { bytes_of(parts.body)? };
        event.body = Body::Bytes(body, encoding(parts.body_encoding)?);
    }
    event.time_ms = (parts.time_ms != 0).then_some(parts.time_ms);
    event.headers = &lists.headers;
    event.query = &lists.query;
    event.path_parameters = &lists.path_parameters;
    event.declared_query = &lists.declared_query;
    event.declared_headers = &lists.declared_headers;
    event.stage_variables = lists.stage_variables.as_deref();
    Ok(event)
}
