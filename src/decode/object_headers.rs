//! Headers as CloudFront writes them: lists of objects with the members `key` and `value`.

use super::exact::{Parser, Step, wrong_type};
use super::map::name_id;
use super::members::Map;
use crate::decode::draft::bytes;
use crate::error::{ErrorCode, Fault};
use crate::record::table::{Range, Span};

impl Parser<'_, '_> {
    /// Reads the headers at the current position into a map. `null` counts as missing headers.
    /// `key` is the name as it was sent; without it, the name of the list counts. Other members of
    /// the objects are left out.
    pub(super) fn object_headers(&mut self, map: Map) -> Result<(), Fault> {
        let first = self.pairs.len() as u32;
        let mut has_more = match self.text[self.at] {
            b'{' => self.enter()?,
            b'n' => return self.scalar().map(drop),
            _ => return Err(wrong_type(self.text, self.at)),
        };
        while has_more {
            let name = self.string()?;
            self.colon()?;
            if self.text[self.at] != b'[' {
                return Err(wrong_type(self.text, self.at));
            }
            let mut step = self.enter_list()?;
            while let Step::Name = step {
                self.object_header(name)?;
                step = self.next_element()?;
            }
            has_more = self.next_member()?;
        }
        let count = self.pairs.len() as u32 - first;
        self.draft.maps[map as usize] = Range { first, count };
        Ok(())
    }

    fn object_header(&mut self, name: Span) -> Result<(), Fault> {
        if self.text[self.at] != b'{' {
            return Err(wrong_type(self.text, self.at));
        }
        let (mut key, mut value) = (None, None);
        let mut has_more = self.enter()?;
        while has_more {
            let member_at = self.at;
            let member = self.string()?;
            self.colon()?;
            let field = match bytes(self.text, member) {
                b"key" => &mut key,
                b"value" => &mut value,
                _ => {
                    // Headers, their list and this object, in an event or a response.
                    self.raw_inside(7)?;
                    has_more = self.next_member()?;
                    continue;
                }
            };
            if field.is_some() {
                return Err(Fault::new(ErrorCode::DuplicateMember, member_at));
            }
            *field = Some(self.string_or_null()?);
            has_more = self.next_member()?;
        }
        let key = key.filter(|key| key.is_present()).unwrap_or(name);
        self.check_name(key)?;
        self.pair(key, name_id(self.text, key, true), value.unwrap_or(Span::ABSENT))
    }
}
