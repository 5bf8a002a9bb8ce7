//! Reads the headers of a response, and makes one map of those in several members.

use super::Response;
use super::shape::Shape;
use crate::decode::bytes::end;
use crate::decode::draft::bytes;
use crate::decode::exact::{Lists, Parser, wrong_type};
use crate::decode::map::name_id;
use crate::decode::members::Map;
use crate::error::{ErrorCode, Fault};
use crate::record::table::{Pair, Range, Span};

/// The name of the headers that cookies become.
const SET_COOKIE: &[u8] = b"set-cookie";

impl Response<'_, '_> {
    pub(super) fn headers(&mut self) -> Result<(), Fault> {
        if matches!(self.shape, Shape::Strict | Shape::AwsCloudFront) && self.byte() != b'{' {
            return Err(wrong_type(self.parser.text, self.parser.at));
        }
        self.parser.lists = match self.shape {
            Shape::AwsCloudFront => return self.parser.object_headers(Map::Headers),
            Shape::Strict | Shape::Lenient | Shape::OpenWhisk | Shape::Netlify => Lists::Allowed,
            _ => Lists::Refused,
        };
        self.parser.whole_map(Map::Headers)
    }

    pub(super) fn multi_value_headers(&mut self) -> Result<(), Fault> {
        self.parser.lists = Lists::Required;
        self.parser.whole_map(Map::MultiHeaders)
    }

    pub(super) fn cookies(&mut self) -> Result<(), Fault> {
        let first = self.parser.pairs.len() as u32;
        self.parser.cookies()?;
        let count = self.parser.pairs.len() as u32 - first;
        self.parser.draft.maps[Map::CookieList as usize] = Range { first, count };
        Ok(())
    }

    /// Makes one map of the headers and of those in other members.
    pub(super) fn join_headers(&mut self) -> Result<(), Fault> {
        let maps = &mut self.parser.draft.maps;
        let multi = maps[Map::MultiHeaders as usize];
        match self.shape {
            Shape::AwsAlb if multi.is_present() => maps[Map::Headers as usize] = multi,
            Shape::AwsRestApi => self.all_pairs_are_headers(Map::MultiHeaders),
            Shape::Netlify => self.all_pairs_are_headers(Map::Headers),
            Shape::AwsHttpApi => {
                self.cookies_are_headers();
                self.all_pairs_are_headers(Map::MultiHeaders);
            }
            Shape::Yandex => {
                self.all_pairs_are_headers(Map::MultiHeaders);
                return self.lists_replace_values();
            }
            _ => {}
        }
        Ok(())
    }

    /// Makes one map of both maps of headers. The pairs of `leading` come first.
    fn all_pairs_are_headers(&mut self, leading: Map) {
        let maps = &mut self.parser.draft.maps;
        let single = maps[Map::Headers as usize];
        let multi = maps[Map::MultiHeaders as usize];
        let cookies = maps[Map::CookieList as usize];
        maps[Map::CookieList as usize] = Range::ABSENT;
        if single.is_present() || multi.is_present() || cookies.is_present() {
            let count = self.parser.pairs.len() as u32;
            maps[Map::Headers as usize] = Range { first: 0, count };
        }
        let (first, second) =
            if leading == Map::Headers { (single, multi) } else { (multi, single) };
        if first.count > 0 && second.count > 0 && second.first < first.first {
            self.parser.pairs.rotate(second.count as usize);
        }
    }

    /// Makes a header of each cookie.
    fn cookies_are_headers(&mut self) {
        let Parser { text, pairs, draft, .. } = &mut self.parser;
        let cookies = draft.maps[Map::CookieList as usize];
        let name = Span { off: end(text) as u32, len: SET_COOKIE.len() as u32 };
        if cookies.count > 0 {
            // Every pair has its name in the text, and there is room in the padding.
            text[name.off as usize..][..SET_COOKIE.len()].copy_from_slice(SET_COOKIE);
        }
        for index in cookies.first..cookies.first.wrapping_add(cookies.count) {
            let cookie = pairs.get(index as usize);
            let value = if cookie.value().is_present() {
                cookie.name_len as u32 + 1 + cookie.value_len
            } else {
                cookie.name_len.into()
            };
            pairs.set(
                index as usize,
                Pair {
                    name_off: name.off,
                    name_len: name.len as u16,
                    name_id: name_id(text, name, true),
                    value_off: cookie.name_off,
                    value_len: value,
                },
            );
        }
    }

    /// Removes the headers whose name has a list of values as well. Those of the lists come first.
    fn lists_replace_values(&mut self) -> Result<(), Fault> {
        let Parser { text, pairs, draft, .. } = &mut self.parser;
        let count = draft.maps[Map::MultiHeaders as usize].count as usize;
        let mut listed = Vec::new();
        if listed.try_reserve_exact(count).is_err() {
            return Err(Fault::new(ErrorCode::OutOfMemory, 0));
        }
        listed.extend((0..count).map(|index| bytes(text, pairs.get(index).name())));
        listed.sort_unstable_by(|a, b| without_case(a).cmp(without_case(b)));
        let mut kept = count;
        for index in count..pairs.len() {
            let pair = pairs.get(index);
            let name = bytes(text, pair.name());
            if listed.binary_search_by(|it| without_case(it).cmp(without_case(name))).is_err() {
                pairs.set(kept, pair);
                kept += 1;
            }
        }
        draft.maps[Map::Headers as usize].count = kept as u32;
        Ok(())
    }
}

fn without_case(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().map(u8::to_ascii_lowercase)
}
