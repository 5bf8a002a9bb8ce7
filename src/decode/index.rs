//! Stage 1: lists where the strings of a text end.
//!
//! The index contains the offset of every closing quote. Opening quotes, colons and brackets are
//! not indexed: the walk compares them, because it knows where to expect them. A quote closes a
//! string if the number of unescaped quotes before it is odd.
//!
//! ```text
//! {"path":"/a\"b","x":1}        entries: 6, 14 + DIRTY, 18
//! ```
//!
//! A string is plain if it has no backslash and no control character. The entry of any other string
//! has the highest bit set. This makes the entry an offset beyond every text, so a bounds check
//! finds it without a test of its own.
//!
//! A text is indexed in windows, so that the index stays small. UTF-8 is validated here too, before
//! the walk changes anything in the window.

use super::bytes::{array_mut, block, end};
use crate::limits::MAX_INPUT;
use crate::simd::{BLOCK, Primitives, WithSimd, chunk, cut_off};

/// The number of bytes that are indexed at once.
const WINDOW: usize = 8 << 10;

/// The bit that marks the entry of a string that is not plain. No text is long enough for an offset
/// with this bit.
pub(super) const DIRTY: u32 = 1 << 31;

const _: () = assert!(MAX_INPUT < DIRTY as usize);

/// Returns whether an entry belongs to a string that is not plain. An end mark does not.
#[inline(always)]
pub(super) fn is_dirty(entry: usize) -> bool {
    (DIRTY as usize..u32::MAX as usize).contains(&entry)
}

/// The memory of an index, which is reused for the next text.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: Vec<u32>,
}

impl Index {
    /// Allocates the entries for a text of `len` bytes. Returns false if there is not enough
    /// memory.
    #[inline]
    pub(super) fn reserve(&mut self, len: usize) -> bool {
        // At most every second byte is a closing quote. `Primitives::list` may write the entries of
        // a whole block before their number is known, and two end marks follow.
        let need = len.min(WINDOW).div_ceil(BLOCK) * (BLOCK / 2) + BLOCK;
        self.entries.len() >= need || self.grow(need)
    }

    #[cold]
    fn grow(&mut self, need: usize) -> bool {
        self.trim();
        let is_grown = self.entries.try_reserve_exact(need).is_ok();
        if is_grown {
            self.entries.resize(need, 0);
        }
        is_grown
    }

    /// Frees all memory.
    pub(super) fn trim(&mut self) {
        *self = Index::default();
    }
}

/// Iterates over the closing quotes of a text.
pub(super) struct Closings<'i> {
    /// The entries of the current window, followed by two end marks that are beyond every text.
    entries: &'i mut [u32],
    /// The index of the next entry.
    pub(super) next: usize,
    /// The number of entries in the current window, without the end marks.
    count: usize,
    carry: Carry,
    /// Whether the windows so far have a byte that is not ASCII.
    pub(super) has_non_ascii: bool,
}

/// What one block or window passes on to the next.
#[derive(Clone, Copy, Default)]
struct Carry {
    /// Offset of the first byte that has not been indexed yet.
    at: usize,
    /// All ones inside a string, otherwise zero.
    inside: u64,
    /// 1 if the next byte is escaped.
    escaped: u64,
    /// 1 if there was a backslash or control character since the last quote.
    dirt: u64,
    /// Offset of a character that the end of the window cuts off.
    cut: Option<usize>,
}

/// Either a string has no closing quote, or the next window is not valid UTF-8.
#[derive(Clone, Copy, Debug)]
pub(super) struct IndexFault;

impl<'i> Closings<'i> {
    /// Starts at the front of a text. [`Index::reserve`] must have been called, and no window is
    /// listed yet.
    #[inline(always)]
    pub(super) fn new(index: &'i mut Index) -> Closings<'i> {
        Closings {
            entries: &mut index.entries,
            next: 0,
            count: 0,
            carry: Carry::default(),
            has_non_ascii: false,
        }
    }

    /// Returns the entries of the current window that have not been taken yet, and the two end
    /// marks.
    #[inline(always)]
    pub(super) fn rest(&self) -> &[u32] {
        self.entries.get(self.next..self.count + 2).unwrap_or_default()
    }

    /// Returns the entry with the index `next` and the one after it. An entry is an offset beyond
    /// the text if its string is not plain, or if the window has no more entries.
    #[inline(always)]
    pub(super) fn two(&self, next: usize) -> Option<(usize, usize)> {
        let next = next as u32 as usize;
        let &[first, second] = self.entries.get(next..next + 2)?.first_chunk()?;
        Some((first as usize, second as usize))
    }

    /// Takes the next entry if its string is plain.
    #[inline(always)]
    pub(super) fn take_plain(&mut self) -> Option<usize> {
        let entry = *self.entries.get(self.next)?;
        if entry & DIRTY != 0 {
            return None;
        }
        self.next += 1;
        Some(entry as usize)
    }

    /// Takes the next entry. Returns its offset, and whether its string is not plain.
    #[inline(always)]
    pub(super) fn take<K: Primitives>(
        &mut self,
        kernel: K,
        text: &[u8],
    ) -> Result<(usize, bool), IndexFault> {
        if self.next == self.count {
            self.next_window(kernel, text)?;
        }
        let entry = self.entries[self.next];
        self.next += 1;
        Ok(((entry & !DIRTY) as usize, entry & DIRTY != 0))
    }

    /// Advances to the next window that has a closing quote.
    #[cold]
    #[inline(never)]
    fn next_window<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> Result<(), IndexFault> {
        while self.next == self.count {
            if self.carry.at >= end(text) {
                return Err(IndexFault);
            }
            self.window(kernel, text)?;
        }
        Ok(())
    }

    /// Copies a document to `text`, which also has room for the padding, and lists the closing
    /// quotes of the first window.
    #[inline(always)]
    pub(super) fn copy<K: Primitives>(
        &mut self,
        kernel: K,
        input: &[u8],
        text: &mut [u8],
    ) -> Result<(), IndexFault> {
        if !(BLOCK..=WINDOW).contains(&input.len()) {
            let (copy, padding) = text.split_at_mut(input.len());
            copy.copy_from_slice(input);
            padding.fill(0);
            return self.window(kernel, text);
        }
        let listed = kernel.run(CopyAndList { input, text, entries: self.entries });
        self.take_over(listed)
    }

    /// Lists the closing quotes of the next window. All entries of the current one must have been
    /// taken.
    #[inline(always)]
    pub(super) fn window<K: Primitives>(
        &mut self,
        kernel: K,
        text: &[u8],
    ) -> Result<(), IndexFault> {
        let Closings { entries, carry, .. } = self;
        let listed = kernel.run(List { text, entries, carry: *carry });
        self.take_over(listed)
    }

    #[inline(always)]
    fn take_over(&mut self, listed: Listed) -> Result<(), IndexFault> {
        (self.next, self.count, self.carry) = (0, listed.count, listed.carry);
        self.has_non_ascii |= listed.has_non_ascii;
        if listed.is_utf8 { Ok(()) } else { Err(IndexFault) }
    }
}

/// Lists the closing quotes of one window.
struct List<'t> {
    text: &'t [u8],
    entries: &'t mut [u32],
    carry: Carry,
}

struct Listed {
    count: usize,
    carry: Carry,
    has_non_ascii: bool,
    is_utf8: bool,
}

impl WithSimd for List<'_> {
    type Output = Listed;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Listed {
        let List { text, entries, mut carry } = self;
        let end = end(text);
        let window_end = end.min(carry.at + WINDOW);
        let start = carry.at;
        let mut non_ascii = NonAscii { first: usize::MAX, last: 0 };
        let mut count = 0;
        let mut at = start;
        for block in text[start..window_end].as_chunks().0 {
            let (block, out) = (kernel.load(block), room(entries, count));
            count += one_block(kernel, block, at, 0, &mut carry, &mut non_ascii, out);
            at += BLOCK;
        }
        if at < window_end {
            // The padding in this block counts as control characters. They are after the last
            // quote, so they make no string dirty.
            let (block, out) = (kernel.load(chunk(text, at)), room(entries, count));
            count += one_block(kernel, block, at, 0, &mut carry, &mut non_ascii, out);
        }
        entries[count..count + 2].fill(u32::MAX);
        carry.at = window_end;
        let mut has_non_ascii = non_ascii.last != 0;
        let mut is_utf8 = true;
        if let Some(cut) = carry.cut.take() {
            // The first character began in the window before.
            (non_ascii.first, has_non_ascii) = (cut, true);
            non_ascii.last = non_ascii.last.max(start + BLOCK);
        }
        if has_non_ascii {
            let mut last = non_ascii.last.min(window_end);
            if last == window_end && last != end {
                let cut = cut_off(chunk(text, last - 3));
                carry.cut = (cut != 0).then_some(last - cut);
                last -= cut;
            }
            is_utf8 = is_text(kernel, text, non_ascii.first, last);
        }
        Listed { count, carry, has_non_ascii, is_utf8 }
    }
}

/// Copies a document and lists its closing quotes in one pass. The document has at least one block
/// and at most one window.
struct CopyAndList<'t> {
    input: &'t [u8],
    /// Also has room for the padding.
    text: &'t mut [u8],
    entries: &'t mut [u32],
}

impl WithSimd for CopyAndList<'_> {
    type Output = Listed;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Listed {
        let CopyAndList { input, text, entries } = self;
        let (mut carry, mut non_ascii) =
            (Carry::default(), NonAscii { first: usize::MAX, last: 0 });
        let (mut at, mut count) = (0, 0);
        for (block, copy) in input.as_chunks().0.iter().zip(text.as_chunks_mut().0) {
            let (block, out) = (kernel.load(block), room(entries, count));
            kernel.store(block, copy);
            count += one_block(kernel, block, at, 0, &mut carry, &mut non_ascii, out);
            at += BLOCK;
        }
        let end = input.len();
        if at < end {
            // The last block overlaps the one before: its first bytes have been indexed already.
            let last = input.last_chunk().expect("there is a block");
            let (block, out) = (kernel.load(last), room(entries, count));
            kernel.store(block, array_mut(text, end - BLOCK));
            let done = BLOCK - (end - at);
            count += one_block(kernel, block, at, done, &mut carry, &mut non_ascii, out);
        }
        *array_mut::<BLOCK>(text, end) = [0; BLOCK];
        entries[count..count + 2].fill(u32::MAX);
        carry.at = end;
        let has_non_ascii = non_ascii.last != 0;
        let is_utf8 =
            !has_non_ascii || is_text(kernel, text, non_ascii.first, non_ascii.last.min(end));
        Listed { count, carry, has_non_ascii, is_utf8 }
    }
}

/// The range of blocks that are not all ASCII.
struct NonAscii {
    first: usize,
    last: usize,
}

/// Returns the place for the entries of a block. There is always room for a whole block.
#[inline(always)]
fn room(entries: &mut [u32], count: usize) -> &mut [u32; BLOCK] {
    let count = count as u32 as usize;
    entries[count..count + BLOCK].first_chunk_mut().expect("the slice has this length")
}

/// Lists the closing quotes of the block at `at` and returns their number.
///
/// The first `done` bytes of `block` belong to the block before and are ignored.
#[inline(always)]
fn one_block<K: Primitives>(
    kernel: K,
    block: K::Block,
    at: usize,
    done: usize,
    carry: &mut Carry,
    non_ascii: &mut NonAscii,
    out: &mut [u32; BLOCK],
) -> usize {
    // `&` instead of `&&`, to have one branch: the second condition is almost never false.
    if !kernel.has_special(block) & (carry.escaped | carry.dirt == 0) {
        let closing = carry.closing(kernel, kernel.quotes(block) >> done);
        return kernel.list(closing, at as u32, out);
    }
    let classes = kernel.classify(block);
    if classes.non_ascii >> done != 0 {
        non_ascii.first = non_ascii.first.min(at);
        non_ascii.last = at + BLOCK;
    }
    let backslash = classes.backslash >> done;
    let quotes = (classes.quote >> done) & !carry.escaped(backslash);
    let dirty = carry.dirty(quotes, backslash | classes.control >> done);
    let closing = carry.closing(kernel, quotes);
    let count = kernel.list(closing, at as u32, out);
    let mut dirty = dirty & closing;
    while dirty != 0 {
        let before = (dirty - 1) & !dirty;
        out[(closing & before).count_ones() as usize % BLOCK] |= DIRTY;
        dirty &= dirty - 1;
    }
    count
}

impl Carry {
    /// Returns the closing quotes among the unescaped quotes of a block.
    #[inline(always)]
    fn closing<K: Primitives>(&mut self, kernel: K, quotes: u64) -> u64 {
        let inside = kernel.prefix_xor(quotes) ^ self.inside;
        self.inside = (inside as i64 >> 63) as u64;
        quotes & !inside
    }

    /// Returns the bytes of a block that are escaped.
    ///
    /// In a run of backslashes, the first escapes the second, the third escapes the fourth, and so
    /// on. Adding the first bit of a run to the run clears all of its bits by carry. This is done
    /// only for runs that begin at an even bit, and so separates them from the runs that begin at
    /// an odd bit.
    #[inline(always)]
    fn escaped(&mut self, backslash: u64) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let free = backslash & !self.escaped;
        let even = free & !(free << 1) & EVEN;
        let escaping = free & (EVEN ^ free.wrapping_add(even));
        let escaped = escaping << 1 | self.escaped;
        self.escaped = escaping >> 63;
        escaped
    }

    /// Returns the quotes that have a bit of `dirt` between them and the quote before.
    #[inline(always)]
    fn dirty(&mut self, quotes: u64, dirt: u64) -> u64 {
        // Each bit of dirt, added to the ones between the quotes, carries to the next quote and
        // stops.
        let (sum, first) = (!quotes).overflowing_add(dirt);
        let (sum, second) = sum.overflowing_add(self.dirt);
        self.dirt = u64::from(first | second);
        sum & quotes
    }
}

/// Returns whether the bytes from `first` to `last` are valid UTF-8. Other text may follow.
#[inline(always)]
fn is_text<K: Primitives>(kernel: K, text: &[u8], first: usize, last: usize) -> bool {
    let mut at = first;
    while at + BLOCK < last {
        let block = block(text, at);
        let len = BLOCK - cut_off(block.last_chunk().expect("a block is longer"));
        if !kernel.is_utf8(kernel.load(block), len) {
            return false;
        }
        at += len;
    }
    last <= at || kernel.is_utf8(kernel.load(block(text, at)), last - at)
}
