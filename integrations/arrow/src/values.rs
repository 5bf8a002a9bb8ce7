//! Builders of the arrays of a batch. Each keeps the sizes of its last array as a guess.

use std::mem;
use std::sync::Arc;

use apigw::{Error, Pairs};
use arrow_array::builder::{GenericByteBuilder, GenericByteViewBuilder};
use arrow_array::types::{
    BinaryType, BinaryViewType, ByteArrayType, ByteViewType, StringViewType, Utf8Type,
};
use arrow_array::{Array, ArrayRef, Int32Array, Int64Array, ListArray, StructArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::ArrowError;

use crate::columns::{error_fields, pair_field, pair_fields};

/// Strings.
pub(crate) type Texts = Values<Utf8Type, StringViewType>;
/// Bytes.
pub(crate) type Blobs = Values<BinaryType, BinaryViewType>;

/// Values of variable length: offsets and bytes, or views.
pub(crate) enum Values<P: ByteArrayType, V: ByteViewType + ?Sized> {
    Plain(GenericByteBuilder<P>),
    Views(GenericByteViewBuilder<V>),
}

impl<P, V> Values<P, V>
where
    P: ByteArrayType,
    V: ByteViewType<Native = P::Native> + ?Sized,
    P::Native: AsRef<P::Native>,
{
    pub(crate) fn new(views: bool) -> Self {
        if views {
            Values::Views(GenericByteViewBuilder::new())
        } else {
            Values::Plain(GenericByteBuilder::new())
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, value: Option<&P::Native>) {
        match self {
            Values::Plain(values) => values.append_option(value),
            Values::Views(values) => values.append_option(value),
        }
    }

    pub(crate) fn finish(&mut self) -> ArrayRef {
        match self {
            Values::Plain(values) => {
                let array = values.finish();
                let bytes = array.values().len();
                *values = GenericByteBuilder::with_capacity(guess(array.len()), guess(bytes));
                Arc::new(array)
            }
            Values::Views(values) => Arc::new(values.finish()),
        }
    }
}

/// Room for the next array, a bit more than the last one took.
fn guess(last: usize) -> usize {
    last + last / 8
}

/// Maps: lists of pairs.
pub(crate) struct Maps {
    offsets: Vec<i32>,
    present: NullBufferBuilder,
    names: Texts,
    values: Texts,
    pairs: i32,
    views: bool,
}

impl Maps {
    pub(crate) fn new(views: bool) -> Maps {
        Maps {
            offsets: vec![0],
            present: NullBufferBuilder::new(0),
            names: Texts::new(views),
            values: Texts::new(views),
            pairs: 0,
            views,
        }
    }

    #[inline]
    pub(crate) fn push(&mut self, pairs: Option<Pairs<'_>>) {
        let pairs = pairs.filter(Pairs::is_present);
        self.present.append(pairs.is_some());
        for (name, value) in pairs.iter().flat_map(Pairs::iter) {
            self.names.push(Some(name));
            self.values.push(value);
            self.pairs += 1;
        }
        self.offsets.push(self.pairs);
    }

    pub(crate) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let next = Vec::with_capacity(guess(self.offsets.len()));
        let offsets = mem::replace(&mut self.offsets, next);
        self.offsets.push(0);
        self.pairs = 0;
        let pairs = StructArray::try_new(
            pair_fields(self.views),
            vec![self.names.finish(), self.values.finish()],
            None,
        )?;
        Ok(Arc::new(ListArray::try_new(
            pair_field(self.views),
            OffsetBuffer::new(ScalarBuffer::from(offsets)),
            Arc::new(pairs),
            self.present.finish(),
        )?))
    }
}

/// Errors of bad rows.
pub(crate) struct Errors {
    present: NullBufferBuilder,
    codes: Vec<i32>,
    names: Texts,
    offsets: Vec<i64>,
    members: Texts,
    views: bool,
}

impl Errors {
    pub(crate) fn new(views: bool) -> Errors {
        Errors {
            present: NullBufferBuilder::new(0),
            codes: Vec::new(),
            names: Texts::new(views),
            offsets: Vec::new(),
            members: Texts::new(views),
            views,
        }
    }

    pub(crate) fn push(&mut self, error: Option<&Error>) {
        self.present.append(error.is_some());
        self.codes.push(error.map_or(0, |error| error.code().number().cast_signed()));
        // A field that cannot be null is empty where there is no error.
        self.names.push(Some(error.map_or("", |error| error.code().name())));
        self.offsets.push(error.map_or(0, |error| error.offset() as i64));
        self.members.push(error.and_then(Error::member));
    }

    pub(crate) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int32Array::from(mem::take(&mut self.codes))),
            self.names.finish(),
            Arc::new(Int64Array::from(mem::take(&mut self.offsets))),
            self.members.finish(),
        ];
        let present = self.present.finish();
        Ok(Arc::new(StructArray::try_new(error_fields(self.views), columns, present)?))
    }
}
