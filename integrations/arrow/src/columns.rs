//! The columns of the schema, and the selection of some of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use apigw::{Decoder, Event};
use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

/// The version of the schema. Columns may be added within a version; none changes its name, type or
/// meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// The key of the version in the schema's metadata.
const VERSION_KEY: &str = "apigw.schema.version";

/// The time zone of times.
pub(crate) const TIME_ZONE: &str = "UTC";

/// What a column holds. Numbers count the strings, maps and objects with unknown members of an
/// event, in the order of its iterators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    Source,
    Line,
    Byte,
    Dialect,
    Time,
    PathDecoded,
    Text(usize),
    Map(usize),
    BodyKind,
    Body,
    Extras(usize),
    Error,
    Raw,
}

/// The number of columns of each kind that an event has.
pub(crate) struct Counts {
    pub(crate) texts: usize,
    pub(crate) maps: usize,
    pub(crate) extras: usize,
}

/// The selected columns in their order.
pub(crate) struct Selection {
    pub(crate) columns: Vec<Column>,
    pub(crate) counts: Counts,
    pub(crate) schema: SchemaRef,
}

impl Selection {
    /// Selects these columns, or all.
    pub(crate) fn new(names: Option<&[String]>, views: bool) -> Result<Selection, InvalidOptions> {
        let mut decoder = Decoder::new();
        let event = decoder.decode(b"{}").map_err(|error| InvalidOptions(error.to_string()))?;
        let all = all(&event);
        let selected = match names {
            None => all,
            Some(names) => select(&all, names)?,
        };
        let fields: Fields =
            selected.iter().map(|(name, column)| column.field(name, views)).collect();
        let version = HashMap::from([(VERSION_KEY.into(), SCHEMA_VERSION.to_string())]);
        Ok(Selection {
            columns: selected.into_iter().map(|(_, column)| column).collect(),
            counts: Counts {
                texts: event.strings().len(),
                maps: event.maps().len(),
                extras: event.all_extras().len(),
            },
            schema: Arc::new(Schema::new_with_metadata(fields, version)),
        })
    }

    pub(crate) fn has(&self, column: Column) -> bool {
        self.columns.contains(&column)
    }
}

/// Returns the names of all columns in the order of the schema.
pub fn column_names() -> Vec<&'static str> {
    let mut decoder = Decoder::new();
    let event = decoder.decode(b"{}");
    event.map(|event| all(&event).into_iter().map(|(name, _)| name).collect()).unwrap_or_default()
}

/// Checks that all of these columns exist and none is named twice.
pub fn check_columns(names: &[String]) -> Result<(), InvalidOptions> {
    Selection::new(Some(names), false).map(|_| ())
}

fn all(event: &Event<'_>) -> Vec<(&'static str, Column)> {
    let mut all = vec![
        ("source", Column::Source),
        ("line", Column::Line),
        ("byte", Column::Byte),
        ("dialect", Column::Dialect),
        ("time", Column::Time),
        ("path_decoded", Column::PathDecoded),
    ];
    all.extend(event.strings().enumerate().map(|(at, (name, _))| (name, Column::Text(at))));
    all.extend(event.maps().enumerate().map(|(at, (name, _))| (name, Column::Map(at))));
    all.extend([("body_kind", Column::BodyKind), ("body", Column::Body)]);
    all.extend(event.all_extras().enumerate().map(|(at, (name, _))| (name, Column::Extras(at))));
    all.extend([("error", Column::Error), ("raw", Column::Raw)]);
    all
}

fn select(
    all: &[(&'static str, Column)],
    names: &[String],
) -> Result<Vec<(&'static str, Column)>, InvalidOptions> {
    let mut selected = Vec::new();
    for name in names {
        let Some(column) = all.iter().find(|(known, _)| known == name) else {
            return Err(InvalidOptions::unknown(name, all));
        };
        if selected.contains(column) {
            return Err(InvalidOptions(format!("the column `{name}` is named twice")));
        }
        selected.push(*column);
    }
    Ok(selected)
}

impl Column {
    fn field(self, name: &str, views: bool) -> Field {
        let text = text_type(views);
        let (data_type, nullable) = match self {
            Column::Source => (text, false),
            Column::Line | Column::Byte => (DataType::Int64, false),
            Column::Dialect | Column::Text(_) | Column::BodyKind | Column::Extras(_) => {
                (text, true)
            }
            Column::Time => {
                (DataType::Timestamp(TimeUnit::Microsecond, Some(TIME_ZONE.into())), true)
            }
            Column::PathDecoded => (DataType::Boolean, true),
            Column::Map(_) => (DataType::List(pair_field(views)), true),
            Column::Body | Column::Raw if views => (DataType::BinaryView, true),
            Column::Body | Column::Raw => (DataType::Binary, true),
            Column::Error => (DataType::Struct(error_fields(views)), true),
        };
        Field::new(name, data_type, nullable)
    }
}

fn text_type(views: bool) -> DataType {
    if views { DataType::Utf8View } else { DataType::Utf8 }
}

/// The fields of a pair in a map.
pub(crate) fn pair_fields(views: bool) -> Fields {
    let text = text_type(views);
    Fields::from(vec![Field::new("name", text.clone(), false), Field::new("value", text, true)])
}

/// The item of a map, which is a list of pairs.
pub(crate) fn pair_field(views: bool) -> Arc<Field> {
    Arc::new(Field::new_list_field(DataType::Struct(pair_fields(views)), false))
}

/// The fields of an error.
pub(crate) fn error_fields(views: bool) -> Fields {
    let text = text_type(views);
    Fields::from(vec![
        Field::new("code", DataType::Int32, false),
        Field::new("name", text.clone(), false),
        Field::new("offset", DataType::Int64, false),
        Field::new("member", text, true),
    ])
}

/// Options that were refused: the message names the column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidOptions(String);

impl InvalidOptions {
    pub(crate) fn other(reason: &str) -> InvalidOptions {
        InvalidOptions(reason.into())
    }

    fn unknown(name: &str, all: &[(&'static str, Column)]) -> InvalidOptions {
        let distance = |known: &str| strsim::osa_distance(name, known);
        let similar = all.iter().map(|(known, _)| *known).min_by_key(|known| distance(known));
        let similar = similar.filter(|known| distance(known) <= known.len().max(3) / 3);
        InvalidOptions(match similar {
            Some(similar) => format!("there is no column `{name}`; is it `{similar}`?"),
            None => {
                let names: Vec<_> = all.iter().map(|(known, _)| *known).collect();
                format!("there is no column `{name}`; the columns are {}", names.join(", "))
            }
        })
    }
}

impl fmt::Display for InvalidOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidOptions {}
