//! The forms in which responses are read, and the members that each has.

use crate::record::kinds::ResponseRules;

/// The form in which a response is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) enum Shape {
    /// An integrated response in its documented form.
    Strict,
    /// An integrated response in any form that a gateway accepts.
    Lenient,
    /// Not known yet: only looks for `statusCode`, which makes it an integrated response.
    Unknown,
    /// A JSON value that is the body.
    Json,
    /// Text that is the body.
    Text,
    AwsRestApi,
    /// The response for an HTTP API of AWS, which has a `statusCode`.
    AwsHttpApi,
    AwsAlb,
    AwsLattice,
    AwsCloudFront,
    Yandex,
    OpenWhisk,
    Azure,
    Netlify,
}

/// A known member, by its index in [`MEMBERS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    StatusCode,
    Headers,
    Body,
    Base64Flag,
    MultiHeaders,
    Cookies,
    Status,
    BodyEncoding,
}

pub(super) const MEMBERS: [&str; 8] = [
    "statusCode",
    "headers",
    "body",
    "isBase64Encoded",
    "multiValueHeaders",
    "cookies",
    "status",
    "bodyEncoding",
];

impl Shape {
    /// Returns the shape of responses with these rules. It is an error if the response decides:
    /// with a status it has the shape in the error, and otherwise it is a JSON value.
    pub(in crate::decode) fn of(rules: ResponseRules) -> Result<Shape, Shape> {
        Ok(match rules {
            ResponseRules::Strict => Shape::Strict,
            ResponseRules::Gateway => Shape::Lenient,
            ResponseRules::PassThrough => Shape::Text,
            ResponseRules::FunctionUrl => return Err(Shape::Lenient),
            ResponseRules::AwsHttpApi => return Err(Shape::AwsHttpApi),
            ResponseRules::AwsRestApi => Shape::AwsRestApi,
            ResponseRules::AwsAlb => Shape::AwsAlb,
            ResponseRules::AwsLattice => Shape::AwsLattice,
            ResponseRules::AwsCloudFront => Shape::AwsCloudFront,
            ResponseRules::Yandex => Shape::Yandex,
            ResponseRules::OpenWhisk => Shape::OpenWhisk,
            ResponseRules::Azure => Shape::Azure,
            ResponseRules::Netlify => Shape::Netlify,
        })
    }

    /// Returns the member with this name, if the response may have it.
    pub(super) fn member(self, name: &[u8]) -> Option<Member> {
        const ALL: [Member; MEMBERS.len()] = [
            Member::StatusCode,
            Member::Headers,
            Member::Body,
            Member::Base64Flag,
            Member::MultiHeaders,
            Member::Cookies,
            Member::Status,
            Member::BodyEncoding,
        ];
        let index = MEMBERS.iter().position(|known| known.as_bytes() == name)?;
        let is_cloudfront = self == Shape::AwsCloudFront;
        let member = ALL[index];
        let is_known = match member {
            Member::Headers | Member::Body => true,
            Member::StatusCode => !is_cloudfront,
            Member::Base64Flag => {
                !matches!(self, Shape::AwsCloudFront | Shape::OpenWhisk | Shape::Azure)
            }
            Member::MultiHeaders => {
                let all = [Shape::AwsRestApi, Shape::AwsAlb, Shape::Yandex, Shape::Netlify];
                all.contains(&self)
            }
            Member::Cookies => self == Shape::AwsHttpApi,
            Member::Status | Member::BodyEncoding => is_cloudfront,
        };
        is_known.then_some(member)
    }

    /// Returns whether the response may have the unknown member with this name.
    pub(super) fn takes_unknown(self, name: &[u8]) -> bool {
        match self {
            Shape::AwsRestApi => false,
            Shape::AwsCloudFront => name == b"statusDescription",
            _ => true,
        }
    }

    pub(super) fn status_name(self) -> &'static str {
        let member = if self == Shape::AwsCloudFront { Member::Status } else { Member::StatusCode };
        MEMBERS[member as usize]
    }

    /// Returns whether values have their documented types, with nothing accepted in their place.
    pub(super) fn is_strict(self) -> bool {
        matches!(self, Shape::Strict | Shape::AwsAlb | Shape::AwsLattice)
    }
}
