//! Options whose values are the kinds of the library, by their stable names.

use apigw::{Dialect, ResponseRules, WebSocketPhase};
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// The dialects whose events are requests or messages, and whose gateways get a response.
pub(crate) fn dialect() -> impl TypedValueParser<Value = Dialect> {
    let possible = Dialect::ALL.into_iter().filter(|dialect| {
        !matches!(
            dialect,
            Dialect::Unknown
                | Dialect::NotHttp
                | Dialect::AwsTokenAuthorizer
                | Dialect::AwsRequestAuthorizer
                | Dialect::AwsHttpApiAuthorizer
        )
    });
    PossibleValuesParser::new(possible.map(Dialect::name)).map(|name| {
        let found = Dialect::ALL.into_iter().find(|dialect| dialect.name() == name);
        found.expect("only these names are possible")
    })
}

/// The rules of responses.
pub(crate) fn rules() -> impl TypedValueParser<Value = ResponseRules> {
    PossibleValuesParser::new(ResponseRules::ALL.map(ResponseRules::name)).map(|name| {
        let found = ResponseRules::ALL.into_iter().find(|rules| rules.name() == name);
        found.expect("only these names are possible")
    })
}

/// What happens to a WebSocket connection.
pub(crate) fn phase() -> impl TypedValueParser<Value = WebSocketPhase> {
    const ALL: [WebSocketPhase; 3] =
        [WebSocketPhase::Connect, WebSocketPhase::Message, WebSocketPhase::Close];
    PossibleValuesParser::new(ALL.map(WebSocketPhase::name)).map(|name| {
        ALL.into_iter().find(|phase| phase.name() == name).expect("only these names are possible")
    })
}
