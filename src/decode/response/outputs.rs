//! The response of a custom handler of Azure: the value of one of its output bindings.

use super::Response;
use crate::decode::draft::bytes;
use crate::decode::exact::wrong_type;
use crate::error::{ErrorCode, Fault};
use crate::record::table::flags;

const OUTPUTS: &str = "Outputs";

impl Response<'_, '_> {
    /// Reads the first binding in `Outputs` whose value is an object. The binding's name is
    /// configured.
    pub(super) fn outputs(&mut self) -> Result<(), Fault> {
        let mut has_outputs = false;
        let mut has_more = self.parser.enter_document()?;
        while has_more {
            let name_at = self.parser.at;
            let name = self.parser.string()?;
            if bytes(self.parser.text, name) == OUTPUTS.as_bytes() {
                self.member = Some(OUTPUTS);
                if has_outputs {
                    return Err(Fault::new(ErrorCode::DuplicateMember, name_at));
                }
                has_outputs = true;
                self.parser.colon()?;
                self.bindings()?;
                self.member = None;
            } else {
                self.unknown(name)?;
            }
            has_more = self.parser.next_member()?;
        }
        let end_of_object = self.parser.at - 1;
        self.parser.expect_end()?;
        if self.parser.draft.flags & flags::INTEGRATED == 0 {
            self.member = Some(OUTPUTS);
            return Err(Fault::new(ErrorCode::MissingMember, end_of_object));
        }
        Ok(())
    }

    fn bindings(&mut self) -> Result<(), Fault> {
        if self.byte() != b'{' {
            return Err(wrong_type(self.parser.text, self.parser.at));
        }
        let mut has_more = self.parser.enter()?;
        while has_more {
            let name = self.parser.string()?;
            self.parser.check_name(name)?;
            self.parser.colon()?;
            if self.byte() == b'{' && self.parser.draft.flags & flags::INTEGRATED == 0 {
                self.parser.draft.flags |= flags::INTEGRATED;
                self.depth = 3;
                let has_members = self.parser.enter()?;
                self.members(has_members)?;
                self.depth = 1;
                self.member = Some(OUTPUTS);
            } else {
                let value = self.parser.raw_inside(2)?;
                self.parser.extra(0, name, value)?;
            }
            has_more = self.parser.next_member()?;
        }
        Ok(())
    }
}
