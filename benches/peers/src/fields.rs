//! What every reader fills: all that an HTTP event has. `shims/event.h` lists the same fields in the same order.

/// Strings.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text {
    Method,
    Path,
    RawQuery,
    Body,
    Route,
    RouteMethod,
    Stage,
    RequestId,
    ServiceId,
    ServiceName,
    SourceIp,
    SecretId,
    DomainName,
    AccountId,
    ConnectionId,
}

pub(crate) const TEXTS: usize = Text::ConnectionId as usize + 1;

/// Maps.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Map {
    Headers,
    Query,
    PathParameters,
    DeclaredQuery,
    DeclaredHeaders,
    StageVariables,
}

pub(crate) const MAPS: usize = Map::StageVariables as usize + 1;

/// Names and values; a repeated name is repeated pairs, a bare one has no value.
pub(crate) type Pairs<T> = Vec<(T, Option<T>)>;

/// An event whose strings are `T`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields<T> {
    pub(crate) texts: [Option<T>; TEXTS],
    pub(crate) maps: [Pairs<T>; MAPS],
    pub(crate) is_base64: bool,
}

impl<T: AsRef<str>> Fields<T> {
    /// The same in strings of their own.
    pub(crate) fn to_owned(&self) -> Fields<String> {
        let own = |text: &T| text.as_ref().to_owned();
        let own_pair = |(name, value): &(T, Option<T>)| (own(name), value.as_ref().map(own));
        Fields {
            texts: self.texts.each_ref().map(|text| text.as_ref().map(own)),
            maps: self.maps.each_ref().map(|pairs| pairs.iter().map(own_pair).collect()),
            is_base64: self.is_base64,
        }
    }
}

impl Fields<&str> {
    /// Forgets all fields and keeps the memory of the maps for strings of another lifetime.
    pub(crate) fn recycle<'a>(self) -> Fields<&'a str> {
        // The standard library collects into the memory that the elements came from.
        let recycle = |mut pairs: Pairs<&str>| {
            pairs.clear();
            pairs.into_iter().map(|_| unreachable!("it was cleared")).collect()
        };
        Fields { maps: self.maps.map(recycle), ..Fields::default() }
    }
}
