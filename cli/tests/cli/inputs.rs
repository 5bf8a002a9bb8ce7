//! Files, folders, standard input, compression, and everything that may be wrong with them.

use std::fs;

use crate::support::{Answer, folder, gzip, json_lines, ndjson, no_such_file, pipe, run, zstd};

const GOOD: &[u8] = b"{\"path\":\"/\"}\n";

fn paths(ran: &Answer) -> Vec<String> {
    let lines = json_lines(&ran.out);
    lines.iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_folder_is_its_files_in_the_order_of_names() {
    let folder = folder(&[
        ("b.json", b"{\"path\":\"/b\"}"),
        ("a.ndjson", b"{\"path\":\"/a1\"}\n{\"path\":\"/a2\"}\n"),
        ("c", b"{\"path\":\"/c\"}"),
    ]);
    fs::create_dir(folder.path().join("aa")).unwrap();
    fs::write(folder.path().join("aa/ignored.json"), "{").unwrap();
    let ran = run(&folder, &["show", "--json", "."]);
    assert_eq!((ran.status, &*ran.err), (0, ""));
    assert_eq!(paths(&ran), ["/a1", "/a2", "/b", "/c"]);
    let ran = run(&folder, &["show", "--json", "c", ".", "b.json"]);
    assert_eq!(paths(&ran), ["/c", "/a1", "/a2", "/b", "/c", "/b"]);
}

#[test]
fn a_folder_without_files_is_a_fault() {
    let folder = folder(&[]);
    fs::create_dir(folder.path().join("inner")).unwrap();
    let ran = run(&folder, &["check", "."]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.starts_with("apigw: .: holds no files\n"), "{}", ran.err);
}

#[test]
fn a_dash_is_standard_input() {
    let folder = folder(&[("file", b"{\"path\":\"/file\"}")]);
    let file = folder.path().join("file");
    let file = file.to_str().unwrap();
    let ran = pipe(&["show", "--json", file, "-", file], "{\"path\":\"/stdin\"}");
    assert_eq!(paths(&ran), ["/file", "/stdin", "/file"]);
}

#[test]
fn compression_is_seen_in_the_bytes() {
    let events = ndjson(3000);
    let text = events.as_bytes();
    let (head, tail) = text.split_at(text.len() / 3);
    // A skippable frame, as parallel compressors write them before the first.
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4], &*zstd(text)].concat();
    let folder = folder(&[
        ("plain", text),
        ("gzip", &gzip(text)),
        ("zstd", &zstd(text)),
        ("gzip members", &[gzip(head), gzip(tail)].concat()),
        ("zstd frames", &[zstd(head), zstd(tail)].concat()),
        ("zstd skippable", &skippable),
    ]);
    let plain = run(&folder, &["show", "--json=pairs", "plain"]);
    assert_eq!(plain.out.lines().count(), 3000);
    for name in ["gzip", "zstd", "gzip members", "zstd frames", "zstd skippable"] {
        let ran = run(&folder, &["show", "--json=pairs", name]);
        assert_eq!((ran.status, &*ran.err), (0, ""), "{name}");
        assert!(ran.out == plain.out, "{name}");
    }
    let piped = pipe(&["show", "--json=pairs"], gzip(text));
    assert!(piped.status == 0 && piped.out == plain.out);
}

#[test]
fn a_compressed_document() {
    let document = serde_json::to_string_pretty(&crate::support::event(1)).unwrap();
    for bytes in [gzip(document.as_bytes()), zstd(document.as_bytes())] {
        assert_eq!(paths(&pipe(&["show", "--json"], bytes)), ["/1"]);
    }
}

/// Nothing of what the file holds is good, and its name and the reason are said once.
#[test]
fn each_kind_of_bad_file_is_named_and_the_others_read() {
    let document = serde_json::to_string_pretty(&crate::support::event(1)).unwrap();
    let gzip_document = gzip(document.as_bytes());
    let zstd_document = zstd(document.as_bytes());
    let mut damaged = gzip(ndjson(2).as_bytes());
    damaged[12] ^= 0xff;
    let utf16: Vec<u8> = "\u{feff}{}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(&str, Option<&[u8]>, &str); 9] = [
        ("absent", None, &no_such_file()),
        ("empty", Some(b""), "is empty"),
        ("blank", Some(b"\n \r\n\t"), "holds no event"),
        ("empty gzip", Some(&gzip(b"")), "is empty"),
        (
            "utf-16",
            Some(&utf16),
            "is UTF-16: it has to be UTF-8, which `iconv -f UTF-16 -t UTF-8` makes",
        ),
        ("cut.gz", Some(&gzip_document[..gzip_document.len() - 9]), "the gzip data is cut short"),
        ("cut.zst", Some(&zstd_document[..zstd_document.len() - 9]), "the zstd data is cut short"),
        ("header.gz", Some(&gzip_document[..6]), "the gzip data is cut short"),
        ("damaged.gz", Some(&damaged), "the gzip data is damaged: "),
    ];
    for (name, content, reason) in cases {
        let folder = folder(&[("good", GOOD)]);
        if let Some(content) = content {
            fs::write(folder.path().join(name), content).unwrap();
        }
        let ran = run(&folder, &["check", "good", name, "good"]);
        assert_eq!((ran.status, &*ran.out), (1, ""), "{name}");
        let (message, summary) = ran.err.split_once('\n').unwrap();
        assert!(message.starts_with(&format!("apigw: {name}: {reason}")), "{message}");
        assert_eq!(summary, "2 events are good (24 B, 3 inputs); 1 input could not be read\n");
        let ran = run(&folder, &["show", "--json", "good", name, "good"]);
        assert_eq!((ran.status, &*ran.err), (1, &*format!("{message}\n")), "{name}");
        assert_eq!(paths(&ran), ["/", "/"]);
    }
}

#[test]
fn the_whole_events_of_a_cut_stream_are_read() {
    let events = ndjson(3000);
    for (name, bytes) in [("gzip", gzip(events.as_bytes())), ("zstd", zstd(events.as_bytes()))] {
        let ran = pipe(&["show", "--json"], &bytes[..bytes.len() / 2]);
        assert_eq!(ran.status, 1);
        let read = ran.out.lines().count();
        assert!(read > 100, "{name}: {read}");
        let expected: Vec<String> = (0..read).map(|number| format!("/{number}")).collect();
        assert_eq!(paths(&ran), expected);
        // The half event at the end is not reported as another fault.
        let message =
            format!("apigw: <stdin>: the {name} data is cut short after {} lines\n", commas(read));
        assert_eq!(ran.err, message);
    }
}

fn commas(number: usize) -> String {
    if number < 1000 {
        number.to_string()
    } else {
        format!("{},{:03}", number / 1000, number % 1000)
    }
}

#[test]
fn text_that_is_not_utf8_is_a_bad_event() {
    let ran = pipe(&["check"], b"{\"path\":\"/\"}\n{\"path\":\"/caf\xe9\"}\n");
    assert_eq!(ran.status, 1);
    assert_eq!(
        ran.out,
        "<stdin>:2: error 23 invalid-utf8 at byte 13 (path): the bytes are not UTF-8\n"
    );
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder(&[("secret", GOOD)]);
    let secret = folder.path().join("secret");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read it all the same.
    let readable = fs::read(&secret).is_ok();
    let ran = run(&folder, &["check", "secret"]);
    if readable {
        assert_eq!(ran.status, 0);
    } else {
        assert_eq!(ran.status, 1);
        assert!(ran.err.starts_with("apigw: secret: Permission denied\n"), "{}", ran.err);
    }
}
