//! The form that each gateway takes a response in.

use crate::record::kinds::Dialect;

/// The members of a response around its status, headers and body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// What precedes the status, without and with a body in base64.
    pub(super) open: [&'static str; 2],
    /// What follows the status, up to the text of the status if there is one.
    pub(super) status_end: &'static str,
    /// Whether the status is written with its text: `200 OK`, or `OK` alone.
    pub(super) status_text: StatusText,
    /// What precedes the first header.
    pub(super) headers: &'static str,
    pub(super) repeats: Repeats,
    /// What precedes the body, without and with a body in base64.
    pub(super) body: [&'static str; 2],
    pub(super) close: &'static str,
    pub(super) base64: Base64Rule,
}

/// How the text of the status is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatusText {
    Absent,
    /// `OK`.
    Text,
    /// `200 OK`.
    NumberAndText,
}

/// How the values of a repeated header name are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeats {
    /// As an array in `headers`.
    Array,
    /// Joined by commas (RFC 9110 section 5.3), those of `set-cookie` as an array.
    JoinedOrArray,
    /// Joined by commas. Those of `set-cookie` cannot be joined, so each gets its name in another
    /// spelling of upper and lower case, which makes different members.
    Joined,
    /// Joined by commas, and all values of `set-cookie` in the member `cookies`.
    JoinedAndCookies,
    /// As arrays in `multiValueHeaders`.
    MultiValue,
    /// All headers as arrays in one member.
    AllMultiValue,
    /// All headers as lists of objects with `key` and `value`, under names in lower case.
    Objects,
}

/// How a gateway knows that a body is in base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base64Rule {
    /// The response says it.
    Flag,
    /// The content type decides.
    ContentType,
    /// A body is always text.
    Never,
}

const TENCENT: Form = Form {
    open: [
        "{\"isBase64Encoded\":false,\"statusCode\":",
        "{\"isBase64Encoded\":true,\"statusCode\":",
    ],
    status_end: ",",
    status_text: StatusText::Absent,
    headers: "\"headers\":{",
    repeats: Repeats::Array,
    body: [",\"body\":\""; 2],
    close: "\"}",
    base64: Base64Rule::Flag,
};

impl Form {
    /// Returns the form of a dialect, or `None` if its events do not get a response: those of
    /// authorizers. Nobody reads the response to an event that is not a request, so a function may
    /// return one to a timer as well.
    #[inline]
    pub(super) fn of(dialect: Dialect) -> Option<Form> {
        Some(match dialect {
            Dialect::Unknown
            | Dialect::NotHttp
            | Dialect::TencentApiGateway
            | Dialect::TencentWebSocket
            | Dialect::TencentClb
            | Dialect::TencentCloudBase
            | Dialect::HuaweiApig => TENCENT,
            Dialect::TencentFunctionUrl => Form { repeats: Repeats::JoinedOrArray, ..TENCENT },
            _ => return Form::of_other(dialect),
        })
    }

    /// Returns the form of the beginning of a streamed response, or `None` if the gateway of this
    /// dialect does not take one.
    #[inline(never)]
    pub(super) fn of_stream(dialect: Dialect) -> Option<Form> {
        let repeats = match dialect {
            Dialect::AwsHttpApi | Dialect::AwsFunctionUrl => Repeats::JoinedAndCookies,
            Dialect::AwsRestApi => Repeats::MultiValue,
            _ => return None,
        };
        Some(Form {
            open: ["{\"statusCode\":"; 2],
            repeats,
            body: ["}\0\0\0\0\0\0\0\0"; 2],
            close: "",
            ..TENCENT
        })
    }

    #[inline(never)]
    fn of_other(dialect: Dialect) -> Option<Form> {
        let string_status = Form {
            open: [
                "{\"isBase64Encoded\":false,\"statusCode\":\"",
                "{\"isBase64Encoded\":true,\"statusCode\":\"",
            ],
            status_end: "\",",
            repeats: Repeats::Joined,
            ..TENCENT
        };
        let balancer = Form {
            status_end: ",\"statusDescription\":\"",
            status_text: StatusText::NumberAndText,
            headers: "\",\"headers\":{",
            repeats: Repeats::Joined,
            ..TENCENT
        };
        Some(match dialect {
            Dialect::AwsHttpApi | Dialect::AwsFunctionUrl => {
                Form { repeats: Repeats::JoinedAndCookies, ..TENCENT }
            }
            Dialect::AwsRestApi
            | Dialect::AwsWebSocket
            | Dialect::YandexFunctions
            | Dialect::YandexApiGateway
            | Dialect::Netlify => Form { repeats: Repeats::MultiValue, ..TENCENT },
            Dialect::AwsAlb | Dialect::AwsLattice | Dialect::AwsLatticeV1 => balancer,
            Dialect::AwsAlbMultiValue => Form {
                headers: "\",\"multiValueHeaders\":{",
                repeats: Repeats::AllMultiValue,
                ..balancer
            },
            Dialect::AlibabaFc | Dialect::BaiduCfc => Form { repeats: Repeats::Joined, ..TENCENT },
            Dialect::AlibabaApiGateway => string_status,
            Dialect::AwsCloudFront => Form {
                open: ["{\"status\":\""; 2],
                status_end: "\",\"statusDescription\":\"",
                status_text: StatusText::Text,
                headers: "\",\"headers\":{",
                repeats: Repeats::Objects,
                body: [
                    ",\"bodyEncoding\":\"text\",\"body\":\"",
                    ",\"bodyEncoding\":\"base64\",\"body\":\"",
                ],
                ..TENCENT
            },
            Dialect::OpenWhisk | Dialect::DigitalOcean => {
                Form { open: ["{\"statusCode\":"; 2], base64: Base64Rule::ContentType, ..TENCENT }
            }
            Dialect::Azure => Form {
                open: ["{\"Outputs\":{\"res\":{\"statusCode\":\""; 2],
                status_end: "\",",
                repeats: Repeats::Joined,
                close: "\"}},\"Logs\":[],\"ReturnValue\":null}",
                base64: Base64Rule::Never,
                ..TENCENT
            },
            _ => return None,
        })
    }
}

/// Returns the text of a status (RFC 9110 section 15, and the registry of IANA).
pub(super) fn status_text(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        101 => "Switching Protocols",
        103 => "Early Hints",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        207 => "Multi-Status",
        208 => "Already Reported",
        226 => "IM Used",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        305 => "Use Proxy",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        506 => "Variant Also Negotiates",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        511 => "Network Authentication Required",
        _ => "Unknown",
    }
}
