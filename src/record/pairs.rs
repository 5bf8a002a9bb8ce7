//! The maps of an event: names and values.

use core::iter::FusedIterator;
use core::slice;

use super::span::{Pair, Span};
use crate::memory::Text;

/// A map of an event: names and values in the order of the event, including repeated names.
///
/// The value `None` is a bare name: `?flag` in a query, which the gateway sends as `true`, or
/// `null`.
///
/// Header names are looked up without ASCII case (RFC 9110 section 5.1), all other names exactly. A
/// look-up visits the pairs one by one, so its time grows with their number.
#[derive(Clone, Copy)]
pub struct Pairs<'a> {
    pairs: &'a [Pair],
    text: Text<'a>,
    is_present: bool,
    ignores_case: bool,
}

impl<'a> Pairs<'a> {
    pub(crate) fn new(pairs: Option<&'a [Pair]>, text: Text<'a>, ignores_case: bool) -> Pairs<'a> {
        Pairs { pairs: pairs.unwrap_or_default(), text, is_present: pairs.is_some(), ignores_case }
    }

    /// Returns whether the event has this map. It may be empty.
    pub fn is_present(&self) -> bool {
        self.is_present
    }

    /// Returns the number of pairs.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Returns whether there are no pairs.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Iterates over all pairs.
    pub fn iter(&self) -> Iter<'a> {
        Iter { pairs: self.pairs.iter(), text: self.text }
    }

    /// Iterates over all pairs, with the values as spans of the text.
    pub(crate) fn spans(&self) -> impl Iterator<Item = (&'a str, Span)> + use<'a> {
        self.iter().map(|(name, _)| name).zip(self.pairs.iter().map(|pair| pair.value()))
    }

    /// Returns the first value with this name. The result is also `None` for a bare name, which
    /// [`Pairs::contains`] distinguishes.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.get_all(name).next().flatten()
    }

    /// Iterates over all values with this name.
    pub fn get_all<'n>(&self, name: &'n str) -> GetAll<'a, 'n> {
        GetAll { pairs: self.iter(), name, ignores_case: self.ignores_case }
    }

    /// Returns whether any pair has this name.
    pub fn contains(&self, name: &str) -> bool {
        self.get_all(name).next().is_some()
    }

    /// Returns the number of pairs with this name.
    pub fn count(&self, name: &str) -> usize {
        self.get_all(name).count()
    }
}

impl<'a> IntoIterator for Pairs<'a> {
    type Item = (&'a str, Option<&'a str>);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl core::fmt::Debug for Pairs<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// An iterator over the pairs of a map, returned by [`Pairs::iter`].
#[derive(Clone)]
pub struct Iter<'a> {
    pairs: slice::Iter<'a, Pair>,
    text: Text<'a>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, Option<&'a str>);

    fn next(&mut self) -> Option<Self::Item> {
        let pair = self.pairs.next()?;
        Some((self.text.get(pair.name()).unwrap_or_default(), self.text.get(pair.value())))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.pairs.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}
impl FusedIterator for Iter<'_> {}

/// An iterator over the values with one name, returned by [`Pairs::get_all`].
#[derive(Clone)]
pub struct GetAll<'a, 'n> {
    pairs: Iter<'a>,
    name: &'n str,
    ignores_case: bool,
}

impl<'a> Iterator for GetAll<'a, '_> {
    type Item = Option<&'a str>;

    fn next(&mut self) -> Option<Option<&'a str>> {
        let GetAll { pairs, name: wanted, ignores_case } = self;
        let is_wanted =
            |name: &str| name == *wanted || (*ignores_case && name.eq_ignore_ascii_case(wanted));
        pairs.find(|(name, _)| is_wanted(name)).map(|(_, value)| value)
    }
}

impl FusedIterator for GetAll<'_, '_> {}
