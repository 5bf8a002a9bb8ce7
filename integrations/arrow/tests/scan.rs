//! Inputs as record batches. The expected rows come from serde_json, which reads the events' text,
//! and from the normalised form of an event, which the tests of the library compare with a model.

use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use apigw::Decoder;
use apigw_arrow::{Form, Options, Scan, Unreadable, column_names};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, DataType};
use arrow_select::concat::concat_batches;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// The fixtures by name, except those of which no event is read: blank ones and UTF-16. A byte
/// order mark is removed, so the fixture with one is left out too.
fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/events");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_event = |file: &PathBuf| {
        let text = fs::read(file).unwrap();
        let is_utf16 = text.iter().take(2).any(|byte| matches!(byte, 0 | 0xfe | 0xff));
        !text.trim_ascii().is_empty() && !is_utf16 && !text.starts_with(b"\xef\xbb\xbf")
    };
    let mut files: Vec<PathBuf> = files.filter(is_event).collect();
    files.sort();
    files
}

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// All rows of a folder.
fn scan(folder: &Path, options: Options) -> RecordBatch {
    scan_all(&[folder.into()], options)
}

/// All rows of one scan, which must not fail.
fn scan_all(paths: &[PathBuf], options: Options) -> RecordBatch {
    let scan = Scan::new(paths, options).unwrap();
    let schema = scan.schema();
    let batches: Vec<RecordBatch> = scan.map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

/// A value of an array as JSON: pairs as `[name, value]`, structs as objects.
fn value(array: &dyn Array, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    let bytes = |bytes: &[u8]| Value::from(String::from_utf8_lossy(bytes));
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::Binary => bytes(array.as_binary::<i32>().value(row)),
        DataType::BinaryView => bytes(array.as_binary_view().value(row)),
        DataType::Int32 => array.as_primitive::<Int32Type>().value(row).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).into(),
        DataType::Boolean => array.as_boolean().value(row).into(),
        DataType::Timestamp(_, zone) => {
            assert_eq!(zone.as_deref(), Some("UTC"));
            array.as_primitive::<TimestampMicrosecondType>().value(row).into()
        }
        DataType::List(_) => {
            let pairs = array.as_list::<i32>().value(row);
            let (pairs, rows) = (pairs.as_struct(), 0..pairs.len());
            rows.map(|at| json!([value(pairs.column(0), at), value(pairs.column(1), at)])).collect()
        }
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(array.as_struct().columns());
            Value::Object(columns.map(|(it, of)| (it.name().clone(), value(of, row))).collect())
        }
        other => panic!("a column of type {other}"),
    }
}

/// A row as JSON, without its nulls.
fn row(batch: &RecordBatch, row: usize) -> Map<String, Value> {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    let values = columns.map(|(field, column)| (field.name().clone(), value(column, row)));
    values.filter(|(_, value)| !value.is_null()).collect()
}

fn rows(batch: &RecordBatch) -> Vec<Map<String, Value>> {
    (0..batch.num_rows()).map(|at| row(batch, at)).collect()
}

/// The row of an event, from the decoder alone.
fn expected(source: &str, line: usize, byte: usize, text: &[u8]) -> Map<String, Value> {
    let mut row = match Decoder::new().decode(text) {
        Ok(event) => match serde_json::to_value(event).unwrap() {
            Value::Object(mut event) => {
                event.entry("path_decoded").or_insert(false.into());
                if let Some(time) = event.remove("time_ms") {
                    event.insert("time".into(), (time.as_u64().unwrap() * 1000).into());
                }
                event
            }
            other => panic!("an event is {other}"),
        },
        Err(error) => {
            let (number, name) = (error.code().number(), error.code().name());
            let member = error.member();
            let error =
                json!({"code": number, "name": name, "offset": error.offset(), "member": member});
            let raw = Value::from(String::from_utf8_lossy(text));
            Map::from_iter([("error".into(), error), ("raw".into(), raw)])
        }
    };
    for (name, value) in &mut row {
        if name.ends_with("extras") {
            // Unknown members are an object; the normalised form has the JSON text of each.
            let pairs = value.as_array().unwrap().iter();
            let pairs = pairs.map(|pair| {
                let text = pair[1].as_str().unwrap();
                (pair[0].as_str().unwrap().into(), serde_json::from_str(text).unwrap())
            });
            *value = Value::Object(pairs.collect());
        }
    }
    row.extend([
        ("source".into(), source.into()),
        ("line".into(), line.into()),
        ("byte".into(), byte.into()),
    ]);
    row
}

/// Compares a row with what is expected; unknown members are compared as JSON.
fn check(mut row: Map<String, Value>, expected: &Map<String, Value>) {
    for (name, value) in &mut row {
        if name.ends_with("extras") {
            *value = serde_json::from_str(value.as_str().unwrap()).unwrap();
        }
    }
    assert_eq!(&row, expected);
}

#[test]
fn every_fixture_is_a_row_with_all_that_the_event_has() {
    let files = fixtures();
    let batch = scan_all(&files, Options::new().form(Form::Document));
    let found = rows(&batch);
    assert!(found.len() > 100);
    let mut found = found.into_iter();
    for file in files {
        let text = fs::read(&file).unwrap();
        let blank = text.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
        let line = 1 + text[..blank].iter().filter(|byte| **byte == b'\n').count();
        let expected = expected(&file.display().to_string(), line, blank, &text[blank..]);
        check(found.next().unwrap(), &expected);
    }
    assert_eq!(found.next(), None);
}

#[test]
fn views_hold_the_same_values() {
    let plain = scan_all(&fixtures(), Options::new());
    let views = scan_all(&fixtures(), Options::new().views(true));
    assert_eq!(rows(&plain), rows(&views));
    let types = |batch: &RecordBatch| {
        let schema = batch.schema();
        ["path", "body"].map(|name| schema.field_with_name(name).unwrap().data_type().clone())
    };
    assert_eq!(types(&plain), [DataType::Utf8, DataType::Binary]);
    assert_eq!(types(&views), [DataType::Utf8View, DataType::BinaryView]);
}

/// Events that all differ, with a bad one now and then.
fn lines() -> Vec<Vec<u8>> {
    let events = apigw_corpus::first_of_series("mix", 2_000).unwrap().into_iter();
    let lines = events.enumerate().map(|(number, event)| {
        let mut text = event.json.into_bytes();
        if number % 97 == 0 {
            text.truncate(number % 300);
            text.extend([b'!', 0xff]);
        }
        text
    });
    lines.collect()
}

#[test]
fn any_number_of_threads_and_any_size_of_batches_gives_the_same_rows_in_order() {
    let lines = lines();
    let folder = folder(&[
        ("a.ndjson", &lines[..1_200].join(&b'\n')),
        ("b.json", &lines[1]),
        ("c.ndjson", &lines[1_200..].join(&b'\n')),
    ]);
    let one = scan(folder.path(), Options::new().threads(threads(1)));
    assert_eq!(one.num_rows(), lines.len() + 1);
    let path = folder.path().join("a.ndjson").display().to_string();
    let mut byte = 0;
    for (at, line) in lines[..1_200].iter().enumerate() {
        check(row(&one, at), &expected(&path, at + 1, byte, line));
        byte += line.len() + 1;
    }
    for count in [1, 2, 3, 8] {
        for bytes in [1, 10_000, 700_000, 100 << 20] {
            let options = Options::new().threads(threads(count)).batch_bytes(bytes);
            assert_eq!(scan(folder.path(), options), one, "{count} threads, {bytes} bytes");
        }
    }
}

#[test]
fn a_batch_has_at_most_the_rows_and_about_the_bytes_that_were_asked_for() {
    let lines = lines();
    let text = lines.join(&b'\n');
    let folder = folder(&[("a.ndjson", &text)]);
    for count in [1, 3] {
        let sizes = |options: Options| -> Vec<usize> {
            let scan = Scan::new([folder.path()], options.threads(threads(count))).unwrap();
            scan.map(|batch| batch.unwrap().num_rows()).collect()
        };
        let by_rows = sizes(Options::new().batch_rows(threads(64)));
        assert!(by_rows.iter().all(|rows| *rows <= 64));
        assert_eq!(by_rows.iter().sum::<usize>(), lines.len());
        let by_bytes = sizes(Options::new().batch_bytes(600_000));
        // A block is the least that is read.
        let (least, most) = (text.len() / 1_500_000, text.len() / 500_000 + 2);
        assert!((least..=most).contains(&by_bytes.len()), "{by_bytes:?}");
        assert_eq!(by_bytes.iter().sum::<usize>(), lines.len());
    }
}

#[test]
fn columns_come_in_the_order_in_which_they_are_named() {
    let folder = folder(&[("a.json", br#"{"httpMethod":"GET","path":"/cats","headers":{}}"#)]);
    let options = Options::new().columns(["path", "error", "method", "headers"]);
    let batch = scan(folder.path(), options);
    let schema = batch.schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, ["path", "error", "method", "headers"]);
    assert_eq!(
        Value::Object(row(&batch, 0)),
        json!({"path": "/cats", "method": "GET", "headers": []})
    );
}

#[test]
fn without_columns_the_rows_are_counted() {
    let files = fixtures();
    let options = Options::new().columns([""; 0]).form(Form::Document);
    let batches = Scan::new(&files, options).unwrap();
    let rows: usize = batches.map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(rows, files.len());
}

#[test]
fn an_unknown_column_is_named_with_the_most_similar_one() {
    let refused = |names: &[&str]| {
        Scan::new(["-"], Options::new().columns(names.iter().copied())).err().unwrap().to_string()
    };
    assert_eq!(refused(&["path", "metod"]), "there is no column `metod`; is it `method`?");
    assert_eq!(refused(&["hedaers"]), "there is no column `hedaers`; is it `headers`?");
    let unlike = refused(&["temperature"]);
    assert!(unlike.starts_with("there is no column `temperature`; the columns are source, line, "));
    assert!(unlike.ends_with(", error, raw"));
    assert_eq!(refused(&["path", "path"]), "the column `path` is named twice");
}

#[test]
fn the_names_of_columns_are_those_of_the_schema() {
    let schema = Scan::new(["-"], Options::new()).unwrap().schema();
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    assert_eq!(names, column_names());
    assert_eq!(schema.metadata()["apigw.schema.version"], "1");
}

#[test]
fn an_event_larger_than_the_limit_is_a_bad_row_and_the_next_one_is_read() {
    let long = format!(r#"{{"path":"/{}"}}"#, "a".repeat(4_000));
    let text = format!("{{\"path\":\"/1\"}}\n{long}\n{{\"path\":\"/2\"}}\n");
    let folder = folder(&[("a.ndjson", text.as_bytes())]);
    let batch = scan(folder.path(), Options::new().max_event(1_000));
    let rows = rows(&batch);
    assert_eq!(rows[0]["path"], "/1");
    assert_eq!(rows[1]["error"]["name"], "input-too-long");
    assert!(long.starts_with(rows[1]["raw"].as_str().unwrap()));
    assert_eq!(rows[2]["path"], "/2");
    assert_eq!(rows[2]["line"], 3);
}

#[test]
fn raw_has_the_bytes_of_a_line_that_is_not_utf8() {
    let line = b"{\"path\":\"\xff\"}";
    let folder = folder(&[("a.ndjson", &[line, b"\n" as &[u8]].concat())]);
    let batch = scan(folder.path(), Options::new().columns(["raw", "error"]).form(Form::Ndjson));
    assert_eq!(batch.column(0).as_binary::<i32>().value(0), line);
    assert_eq!(row(&batch, 0)["error"]["offset"], 9);
}

#[test]
fn bodies_are_decoded_on_request_and_one_that_is_not_base64_is_a_bad_row() {
    let text = br#"{"body":"AAH/","isBase64Encoded":true,"path":"/1"}
{"body":"text","path":"/2"}
{"body":"a?","isBase64Encoded":true,"path":"/3"}
{"path":"/4"}
"#;
    let folder = folder(&[("a.ndjson", text)]);
    let columns = ["body", "body_kind", "path", "error", "raw"];
    let options = Options::new().columns(columns).threads(threads(1));
    let sent = scan(folder.path(), options.clone());
    let bodies = |batch: &RecordBatch| -> Vec<Option<Vec<u8>>> {
        batch.column(0).as_binary::<i32>().iter().map(|body| body.map(<[u8]>::to_vec)).collect()
    };
    let some = |bytes: &[u8]| Some(bytes.to_vec());
    assert_eq!(bodies(&sent), [some(b"AAH/"), some(b"text"), some(b"a?"), None]);
    assert_eq!(sent.column(3).null_count(), 4);

    let mut reader = Scan::new([folder.path()], options.decode_bodies(true)).unwrap();
    let decoded = reader.next().unwrap().unwrap();
    assert!(reader.next().is_none());
    assert_eq!(bodies(&decoded), [some(&[0, 1, 255]), some(b"text"), None, None]);
    let bad = Value::Object(row(&decoded, 2));
    assert_eq!(bad["path"], "/3");
    assert_eq!(bad["body_kind"], "base64");
    assert_eq!(bad["error"]["name"], "invalid-base64");
    assert_eq!(bad["error"]["member"], "body");
    assert_eq!(bad["error"]["offset"], 1);
    assert_eq!(bad["raw"], r#"{"body":"a?","isBase64Encoded":true,"path":"/3"}"#);
    assert_eq!(decoded.column(3).null_count(), 3);
    assert_eq!(reader.summary().bad_events(), 1);
    assert_eq!(reader.summary().events, 4);
}

#[test]
fn a_cut_gzip_gives_its_whole_rows_then_the_error_then_the_next_input() {
    let text = lines()[1..60].join(&b'\n');
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&text).unwrap();
    let gzip = gzip.finish().unwrap();
    let folder =
        folder(&[("a.ndjson.gz", &gzip[..gzip.len() / 2]), ("b.json", br#"{"path":"/after"}"#)]);
    for count in [1, 3] {
        let options = Options::new().columns(["path"]).threads(threads(count));
        let mut scan = Scan::new([folder.path()], options).unwrap();
        let before = scan.next().unwrap().unwrap().num_rows();
        assert!((1..59).contains(&before));
        let Some(Err(ArrowError::ExternalError(error))) = scan.next() else { panic!("no error") };
        let error: &Unreadable = error.downcast_ref().unwrap();
        assert!(error.source.ends_with("a.ndjson.gz"));
        assert!(error.reason.starts_with("the gzip data is cut short after "), "{error}");
        let after = scan.next().unwrap().unwrap();
        assert_eq!(value(after.column(0), 0), "/after");
        assert!(scan.next().is_none());
        assert_eq!(scan.summary().unreadable, 1);
        assert_eq!(scan.summary().inputs, 2);
        assert_eq!(scan.summary().events as usize, before + 1);
    }
}

#[test]
fn inputs_that_do_not_exist_or_are_empty_are_errors() {
    let folder = folder(&[("empty", b"")]);
    for (name, reason) in [("empty", "is empty"), ("missing", "No such file or directory")] {
        let path = folder.path().join(name);
        let mut scan = Scan::new([&path], Options::new()).unwrap();
        let error = scan.next().unwrap().unwrap_err().to_string();
        assert!(error.ends_with(&format!("{}: {reason}", path.display())), "{error}");
        assert!(scan.next().is_none());
    }
}

#[test]
fn a_scan_that_is_dropped_early_ends_its_threads() {
    let text = lines().join(&b'\n');
    let folder = folder(&[("a.ndjson", &text)]);
    let options = Options::new().threads(threads(4)).batch_bytes(10_000);
    let mut scan = Scan::new([folder.path()], options).unwrap();
    assert!(scan.next().unwrap().is_ok());
    let read = scan.bytes_read();
    drop(scan);
    // The counter is shared with the threads; the last one to end leaves it to this test.
    while std::sync::Arc::strong_count(&read) > 1 {
        std::thread::yield_now();
    }
}

#[test]
fn unknown_members_are_an_object_whose_names_are_escaped() {
    let text =
        br#"{"path":"/","a\"\\\u0001\n\u00e9":[1, "x"],"b":null,"requestContext":{"t":1.0}}"#;
    let folder = folder(&[("a.json", text)]);
    let batch = scan(folder.path(), Options::new().columns(["extras", "context_extras"]));
    let row = row(&batch, 0);
    let parse =
        |name: &str| -> Value { serde_json::from_str(row[name].as_str().unwrap()).unwrap() };
    assert_eq!(parse("extras"), json!({"a\"\\\u{1}\né": [1, "x"], "b": null}));
    assert_eq!(row["context_extras"], r#"{"t":1.0}"#);
}

#[test]
fn a_time_is_in_microseconds_and_left_out_if_it_is_too_large() {
    let event = |time| {
        format!(r#"{{"requestContext":{{"http":{{"method":"GET"}},"timeEpoch":{time}}}}}"#) + "\n"
    };
    let lines = event("1583348638390") + &event("9223372036854776") + &event("null");
    let folder = folder(&[("a.ndjson", lines.as_bytes())]);
    let batch = scan(folder.path(), Options::new().columns(["time"]));
    let times: Vec<Value> = (0..3).map(|row| value(batch.column(0), row)).collect();
    assert_eq!(times, [json!(1_583_348_638_390_000_i64), Value::Null, Value::Null]);
}
