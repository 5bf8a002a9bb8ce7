//! JSON inside an event: the body and unknown members.

#[cfg(feature = "serde")]
mod de;
mod fault;
mod parse;
mod pointer;
mod value;

use crate::body::in_body;
use crate::error::{Error, Fault};
use crate::memory::Scratch;
use crate::record::event::Event;

#[cfg(feature = "serde")]
pub use de::DeserializeError;
pub(crate) use parse::parse;
pub use value::{Elements, Entries, Json, JsonKind};

impl<'a> Event<'a> {
    /// Returns the body as JSON: text that is JSON, base64 of such text, or an object or array of
    /// the event itself. Returns `None` if there is no body. An empty body is not JSON and gives an
    /// error.
    ///
    /// The rules are those of events: strict RFC 8259, at most [`crate::MAX_DEPTH`] containers open
    /// at once, and at most [`crate::Limits::nodes`] values. The offset of an error counts in the
    /// text of the body, or in the decoded bytes if it is base64. Each call reads the body again
    /// into memory that the decoder keeps until the next event, so keep the result.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(br#"{"body":"{\"id\":7,\"tags\":[\"a\"]}"}"#)?;
    /// let body = event.json()?.expect("there is a body");
    /// assert_eq!(body.get("id").and_then(|id| id.as_u64()), Some(7));
    /// assert_eq!(body.pointer("/tags/0").and_then(|tag| tag.as_str()), Some("a"));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn json(&self) -> Result<Option<Json<'a>>, Error> {
        let Some(text) = self.bytes()? else { return Ok(None) };
        self.read(text).map(Some).map_err(in_body)
    }

    /// Returns the first unknown member of the event with this name as JSON, or `None` if there is
    /// no such member.
    pub fn extra(&self, name: &str) -> Result<Option<Json<'a>>, Error> {
        self.extras().get(name).map(|raw| self.parse_json(raw)).transpose()
    }

    /// Returns the claims of the token that the gateway has checked, a JSON object, or `None` if
    /// there is none. They are `claims` or `jwt.claims` of [`Event::authorizer`]: those of a user
    /// pool are all strings
    /// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html>),
    /// those of a JWT have any type
    /// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html>).
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(
    ///     br#"{"requestContext":{"authorizer":{"jwt":{"claims":{"sub":"u-1","exp":17}}}}}"#,
    /// )?;
    /// let claims = event.claims()?.expect("there is a token");
    /// let texts = claims.entries().filter_map(|(name, value)| Some((name, value.as_str()?)));
    /// assert!(texts.eq([("sub", "u-1")]));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn claims(&self) -> Result<Option<Json<'a>>, Error> {
        let Some(raw) = self.authorizer() else { return Ok(None) };
        let authorizer = self.parse_json(raw)?;
        let claims = [authorizer.pointer("/jwt/claims"), authorizer.get("claims")];
        Ok(claims.into_iter().flatten().find(|claims| claims.kind() == JsonKind::Object))
    }

    /// Reads JSON text that is part of the event: the result of the authorizer, an unknown member
    /// of another object, a query parameter, a cookie.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let json = br#"{"requestContext":{"stage":"test","authorizer":{"uid":[7]}}}"#;
    /// let event = decoder.decode(json)?;
    /// let raw = event.authorizer().expect("it is there");
    /// assert_eq!(event.parse_json(raw)?.pointer("/uid/0").and_then(|uid| uid.as_i64()), Some(7));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn parse_json(&self, text: &str) -> Result<Json<'a>, Error> {
        self.read(text.as_bytes()).map_err(|fault| Error::new(fault, None))
    }

    fn read(&self, text: &[u8]) -> Result<Json<'a>, Fault> {
        let Scratch { kernel, limits, .. } = *self.scratch;
        let (nodes, _) = parse(&mut self.scratch.lease(), kernel, limits, text)?;
        Ok(Json::new(nodes))
    }
}
