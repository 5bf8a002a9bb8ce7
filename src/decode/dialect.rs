//! Recognises the dialect of an event by the members that it has.

use super::member_list::marks::*;
use crate::record::kinds::Dialect;

/// What else decides, besides the presence of members.
pub(super) struct Hints {
    /// `Records[0]` has the member `cf`.
    pub(super) has_cloudfront_record: bool,
    /// `type` is `TOKEN`.
    pub(super) is_token: bool,
    /// `requestContext.domainName` is that of a Function URL of AWS.
    pub(super) is_function_url: bool,
}

/// Returns the dialect of an event. `marks` has a bit for each member that is present and not null.
///
/// The order matters: an event often has the members of several rules, and the first rule decides.
/// `docs/gateways.md` gives the sources.
pub(super) fn dialect(marks: u64, hints: &Hints) -> Dialect {
    let has = |all: u64| marks & all == all;
    if has(ACTION) {
        return Dialect::TencentWebSocket;
    }
    if let Some(dialect) = first(marks, hints) {
        return dialect;
    }
    if has(ENV_ID) {
        return Dialect::TencentCloudBase;
    }
    if has(TENCENT) {
        return tencent(marks);
    }
    if has(PAYLOAD | HEADERS) && !has(METHOD) {
        return Dialect::TencentClb;
    }
    other(marks)
}

/// Returns whether the event is one of Tencent's API gateway or of a Function URL, and has no
/// member that fills a field in another way than theirs.
#[inline(always)]
pub(super) fn is_plain(marks: u64) -> bool {
    const OTHERS: u64 = !(CONTEXT
        | HEADERS
        | METHOD
        | SOURCE_IP
        | STAGE
        | REQUEST_ID
        | IDENTITY
        | TENCENT
        | TENCENT_CONTEXT);
    marks & (OTHERS | TENCENT) == TENCENT
}

/// Returns the dialect of an event that has a member which only Tencent's gateway sends.
#[inline(always)]
pub(super) fn tencent(marks: u64) -> Dialect {
    // Since 2026 a Function URL has a context with the address of the client.
    let is_url =
        marks & CONTEXT == 0 || marks & SOURCE_IP != 0 && marks & (TENCENT_CONTEXT | STAGE) == 0;
    if is_url { Dialect::TencentFunctionUrl } else { Dialect::TencentApiGateway }
}

/// Returns the dialect by the rules that come before those of Tencent's gateway.
fn first(marks: u64, hints: &Hints) -> Option<Dialect> {
    let has = |all: u64| marks & all == all;
    let has_any = |any: u64| marks & any != 0;
    Some(if has(RECORDS) && hints.has_cloudfront_record {
        Dialect::AwsCloudFront
    } else if has(RECORDS)
        || has(TIMER_TYPE | TIMER_NAME)
        || has(DETAIL_TYPE)
        || has(MESSAGE_VERSION | AGENT)
        || has(TRIGGER_SOURCE | USER_POOL)
    {
        Dialect::NotHttp
    } else if has(ARN) {
        match () {
            () if hints.is_token => Dialect::AwsTokenAuthorizer,
            () if has(ROUTE_ARN) => Dialect::AwsHttpApiAuthorizer,
            () => Dialect::AwsRequestAuthorizer,
        }
    } else if has(ELB) {
        if has(MULTI_HEADERS) { Dialect::AwsAlbMultiValue } else { Dialect::AwsAlb }
    } else if has(LATTICE) {
        Dialect::AwsLattice
    } else if has(LATTICE_V1) {
        Dialect::AwsLatticeV1
    } else if has(VERSION_V1) && has_any(HTTP | RAW_PATH) {
        Dialect::AlibabaFc
    } else if has(HTTP) {
        if hints.is_function_url { Dialect::AwsFunctionUrl } else { Dialect::AwsHttpApi }
    } else if has(CONNECTION) {
        if has(OPERATION) { Dialect::YandexApiGateway } else { Dialect::AwsWebSocket }
    } else {
        return None;
    })
}

/// Returns the dialect of an event by the rules that come after those of Tencent's gateway.
fn other(marks: u64) -> Dialect {
    let has = |all: u64| marks & all == all;
    let has_any = |any: u64| marks & any != 0;
    if has(OPENWHISK) {
        Dialect::OpenWhisk
    } else if has(TOP_HTTP) && !has(METHOD) {
        Dialect::DigitalOcean
    } else if has(DATA | METADATA) {
        Dialect::Azure
    } else if has(RAW_URL | MULTI_HEADERS) && !has(CONTEXT) {
        Dialect::Netlify
    } else if has(API_ID) && has_any(RESOURCE_PATH | IDENTITY | RESOURCE) {
        // The context of AWS has the address of the client in `identity`.
        let is_baidu = has(RESOURCE | SOURCE_IP) && !has_any(IDENTITY | MULTI_HEADERS);
        if is_baidu { Dialect::BaiduCfc } else { Dialect::AwsRestApi }
    } else if has(API_ID | STAGE | REQUEST_ID) || has(HUAWEI) {
        Dialect::HuaweiApig
    } else if has(MULTI_HEADERS | IDENTITY) {
        let is_gateway = has(YANDEX_OLD) || has(VERSION | OPERATION);
        if is_gateway { Dialect::YandexApiGateway } else { Dialect::YandexFunctions }
    } else if has(RESOURCE | METHOD) && !has_any(MULTI_HEADERS | AUTHORIZER) {
        Dialect::BaiduCfc
    } else if has(QUERY_PARAMETERS | METHOD) && !has(CONTEXT) {
        Dialect::AlibabaApiGateway
    } else {
        Dialect::Unknown
    }
}
