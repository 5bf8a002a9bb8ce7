//! The document of the schema has every column with its type.

use apigw_arrow::{Options, RecordBatchReader, Scan};
use arrow_schema::{DataType, TimeUnit};

/// The type as the document names it.
fn name_of(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Utf8 => "utf8",
        DataType::Binary => "binary",
        DataType::Int64 => "int64",
        DataType::Boolean => "boolean",
        DataType::Timestamp(TimeUnit::Microsecond, Some(zone)) if &**zone == "UTC" => "timestamp",
        DataType::List(_) => "pairs",
        DataType::Struct(_) => "error",
        other => panic!("{other} is not documented"),
    }
}

#[test]
fn the_document_has_every_column_in_order() {
    let document = include_str!("../../../docs/events-schema.md");
    let rows = document.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        Some((cells.next()?.trim_end_matches('`').to_owned(), cells.next()?.to_owned()))
    });
    let no_paths: [&str; 0] = [];
    let schema = Scan::new(no_paths, Options::new()).unwrap().schema();
    let columns = schema.fields().iter();
    let columns = columns.map(|it| (it.name().clone(), name_of(it.data_type()).to_owned()));
    assert_eq!(rows.collect::<Vec<_>>(), columns.collect::<Vec<_>>());
}
