//! Collects decoded events as the rows of a batch.

use std::sync::Arc;

use apigw::{Error, Event, Pairs};
use apigw_input::Located;
use arrow_array::builder::BooleanBuilder;
use arrow_array::{
    ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, TimestampMicrosecondArray,
};
use arrow_schema::ArrowError;

use crate::columns::{Column, Selection, TIME_ZONE};
use crate::options::Options;
use crate::values::{Blobs, Errors, Maps, Texts};

/// The builders of the selected columns. `None`: the column is not selected.
pub(crate) struct BatchBuilder {
    selection: Arc<Selection>,
    rows: usize,
    /// The bytes of the events and of the names of their sources, which bound every column.
    bytes: usize,
    max_rows: usize,
    max_bytes: usize,
    decode_bodies: bool,

    source: Option<Texts>,
    line: Option<Vec<i64>>,
    byte: Option<Vec<i64>>,
    dialect: Option<Texts>,
    /// In microseconds since 1970.
    time: Option<Vec<Option<i64>>>,
    path_decoded: Option<BooleanBuilder>,
    texts: Vec<Option<Texts>>,
    maps: Vec<Option<Maps>>,
    body_kind: Option<Texts>,
    body: Option<Blobs>,
    extras: Vec<Option<Texts>>,
    error: Option<Errors>,
    raw: Option<Blobs>,
    /// The JSON text of unknown members.
    json: String,
}

impl BatchBuilder {
    pub(crate) fn new(selection: Arc<Selection>, options: &Options) -> BatchBuilder {
        let views = options.views;
        let texts = |column| selection.has(column).then(|| Texts::new(views));
        let blobs = |column| selection.has(column).then(|| Blobs::new(views));
        let maps = |at| selection.has(Column::Map(at)).then(|| Maps::new(views));
        let numbers = |column| selection.has(column).then(Vec::new);
        let counts = &selection.counts;
        BatchBuilder {
            rows: 0,
            bytes: 0,
            max_rows: options.batch_rows,
            max_bytes: options.batch_bytes,
            decode_bodies: options.decode_bodies,
            source: texts(Column::Source),
            line: numbers(Column::Line),
            byte: numbers(Column::Byte),
            dialect: texts(Column::Dialect),
            time: selection.has(Column::Time).then(Vec::new),
            path_decoded: selection.has(Column::PathDecoded).then(BooleanBuilder::new),
            texts: (0..counts.texts).map(|at| texts(Column::Text(at))).collect(),
            maps: (0..counts.maps).map(maps).collect(),
            body_kind: texts(Column::BodyKind),
            body: blobs(Column::Body),
            extras: (0..counts.extras).map(|at| texts(Column::Extras(at))).collect(),
            error: selection.has(Column::Error).then(|| Errors::new(views)),
            raw: blobs(Column::Raw),
            json: String::new(),
            selection,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether the batch has to be finished before the next row.
    pub(crate) fn is_full(&self) -> bool {
        self.rows >= self.max_rows || self.bytes >= self.max_bytes
    }

    /// Adds a row, and returns the error if it is a bad one.
    pub(crate) fn push(
        &mut self,
        source: &str,
        place: Located<'_>,
        result: Result<Event<'_>, Error>,
    ) -> Option<Error> {
        self.rows += 1;
        self.bytes += source.len() + place.text.len();
        push(&mut self.source, Some(source));
        if let Some(line) = &mut self.line {
            line.push(place.line as i64);
        }
        if let Some(byte) = &mut self.byte {
            byte.push(place.offset as i64);
        }
        let error = match result {
            Ok(event) => self.event(&event),
            Err(error) => {
                self.no_event();
                Some(error)
            }
        };
        if let Some(errors) = &mut self.error {
            errors.push(error.as_ref());
        }
        if let Some(raw) = &mut self.raw {
            raw.push(error.map(|_| place.text));
        }
        error
    }

    fn event(&mut self, event: &Event<'_>) -> Option<Error> {
        push(&mut self.dialect, Some(event.dialect().name()));
        if let Some(times) = &mut self.time {
            times.push(microseconds(event));
        }
        if let Some(flags) = &mut self.path_decoded {
            flags.append_value(event.is_path_decoded());
        }
        for (texts, (_, text)) in self.texts.iter_mut().zip(event.strings()) {
            push(texts, text);
        }
        for (maps, (_, pairs)) in self.maps.iter_mut().zip(event.maps()) {
            if let Some(maps) = maps {
                maps.push(Some(pairs));
            }
        }
        for (texts, (_, pairs)) in self.extras.iter_mut().zip(event.all_extras()) {
            if let Some(texts) = texts {
                texts.push(object(pairs, &mut self.json));
            }
        }
        let body = event.body().named();
        push(&mut self.body_kind, body.map(|(kind, _)| kind));
        let bodies = self.body.as_mut()?;
        if !self.decode_bodies {
            bodies.push(body.map(|(_, text)| text.as_bytes()));
            return None;
        }
        let bytes = event.bytes();
        bodies.push(bytes.ok().flatten());
        bytes.err()
    }

    /// Adds nulls to the columns of the event.
    fn no_event(&mut self) {
        let texts = self.texts.iter_mut().chain(&mut self.extras);
        for texts in texts.chain([&mut self.dialect, &mut self.body_kind]) {
            push(texts, None);
        }
        if let Some(times) = &mut self.time {
            times.push(None);
        }
        if let Some(flags) = &mut self.path_decoded {
            flags.append_null();
        }
        for maps in self.maps.iter_mut().flatten() {
            maps.push(None);
        }
        if let Some(body) = &mut self.body {
            body.push(None);
        }
    }

    /// Returns the rows as a batch, and begins the next one.
    pub(crate) fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let selection = Arc::clone(&self.selection);
        let columns: Result<Vec<ArrayRef>, ArrowError> =
            selection.columns.iter().map(|column| self.finish_column(*column)).collect();
        let rows = RecordBatchOptions::new().with_row_count(Some(self.rows));
        (self.rows, self.bytes) = (0, 0);
        RecordBatch::try_new_with_options(Arc::clone(&selection.schema), columns?, &rows)
    }

    fn finish_column(&mut self, column: Column) -> Result<ArrayRef, ArrowError> {
        let array = match column {
            Column::Source => self.source.as_mut().map(Texts::finish),
            Column::Line => self.line.as_mut().map(numbers),
            Column::Byte => self.byte.as_mut().map(numbers),
            Column::Dialect => self.dialect.as_mut().map(Texts::finish),
            Column::Time => self.time.as_mut().map(times),
            Column::PathDecoded => {
                self.path_decoded.as_mut().map(|flags| Arc::new(flags.finish()) as ArrayRef)
            }
            Column::Text(at) => self.texts[at].as_mut().map(Texts::finish),
            Column::Map(at) => self.maps[at].as_mut().map(Maps::finish).transpose()?,
            Column::BodyKind => self.body_kind.as_mut().map(Texts::finish),
            Column::Body => self.body.as_mut().map(Blobs::finish),
            Column::Extras(at) => self.extras[at].as_mut().map(Texts::finish),
            Column::Error => self.error.as_mut().map(Errors::finish).transpose()?,
            Column::Raw => self.raw.as_mut().map(Blobs::finish),
        };
        array.ok_or_else(|| ArrowError::SchemaError(format!("{column:?} has no builder")))
    }
}

fn push(texts: &mut Option<Texts>, text: Option<&str>) {
    if let Some(texts) = texts {
        texts.push(text);
    }
}

fn numbers(numbers: &mut Vec<i64>) -> ArrayRef {
    let next = Vec::with_capacity(numbers.len());
    Arc::new(Int64Array::from(std::mem::replace(numbers, next)))
}

fn times(times: &mut Vec<Option<i64>>) -> ArrayRef {
    let next = Vec::with_capacity(times.len());
    let times = TimestampMicrosecondArray::from(std::mem::replace(times, next));
    Arc::new(times.with_timezone(TIME_ZONE))
}

/// Returns the time of an event. A time that is too large for the column is left out.
fn microseconds(event: &Event<'_>) -> Option<i64> {
    i64::try_from(event.time_ms()?).ok()?.checked_mul(1000)
}

/// Writes unknown members, whose values are JSON text, as a JSON object; `None` if there are none.
fn object<'j>(pairs: Pairs<'_>, json: &'j mut String) -> Option<&'j str> {
    if pairs.is_empty() {
        return None;
    }
    json.clear();
    for (name, value) in pairs.iter() {
        json.push(if json.is_empty() { '{' } else { ',' });
        write_string(name, json);
        json.push(':');
        json.push_str(value.unwrap_or("null"));
    }
    json.push('}');
    Some(json)
}

/// Writes a JSON string (RFC 8259 section 7).
fn write_string(text: &str, json: &mut String) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\n' => json.push_str("\\n"),
            '\0'..='\x1f' => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json.push('"');
}
