"""What several tests use."""

import json
from pathlib import Path

import apigw

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data"

# Attributes that the normalised form has not, or under another name.
OTHERS = {
    "body",
    "body_kind",
    "content_type",
    "dialect",
    "is_ascii",
    "is_path_decoded",
    "time_ms",
}
FIELDS = [
    name
    for name, member in vars(apigw.Event).items()
    if type(member).__name__ == "getset_descriptor" and name not in OTHERS
]


def strings_and_maps(event):
    """The strings and the maps of an event that it has, by the names of its attributes."""
    strings, maps = {}, {}
    for name in FIELDS:
        value = getattr(event, name)
        if isinstance(value, str):
            strings[name] = value
        elif value is not None and (len(value) > 0 if "extras" in name else value.is_present):
            maps[name] = [list(pair) for pair in value.to_list()]
    return strings, maps


def time_and_flag(event):
    """The time, and whether the path is decoded, if there is something to say."""
    found = {"time_ms": event.time_ms, "path_decoded": event.is_path_decoded or None}
    return {name: value for name, value in found.items() if value is not None}


def form(event):
    """The normalised form of an event, as `Serialize` of the Rust crate writes it."""
    strings, maps = strings_and_maps(event)
    found = {"dialect": event.dialect, **time_and_flag(event), **strings, **maps}
    if event.body_kind != "absent":
        found |= {"body_kind": event.body_kind, "body": event.body}
    return found


def parts(event):
    """The same in the form of `apigw-cases`."""
    strings, maps = strings_and_maps(event)
    found = {"dialect": event.dialect, **time_and_flag(event), "strings": strings, "maps": maps}
    if event.body_kind != "absent":
        found["body"] = [event.body_kind, event.body]
    return found


def fixtures():
    """The events of tests/data, and what each must give: a normalised form, or an error."""
    rows = (DATA / "errors.tsv").read_text().splitlines()
    faults = {name: (code, int(offset)) for name, code, offset in map(str.split, rows)}
    for path in sorted((DATA / "events").iterdir()):
        fault = faults.get(path.name)
        golden = DATA / "golden" / path.name
        yield path.name, path.read_bytes(), fault, fault or json.loads(golden.read_bytes())
