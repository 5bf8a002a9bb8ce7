"""The generated events of the library and the results of its model.

APIGW_CASES is their number, APIGW_SEED chooses them.
"""

import collections
import json
import os
import struct
import subprocess
from pathlib import Path

import apigw
from support import ROOT, parts

COUNT = int(os.environ.get("APIGW_CASES", "10000"))
SEED = os.environ.get("APIGW_SEED", "1")
TARGET = Path(os.environ.get("APIGW_TARGET", ROOT / "target"))


def cases():
    """The inputs and the expectations."""
    program = TARGET / "debug" / "apigw-cases"
    assert program.exists(), f"{program} is missing: run packaging/programs.sh"
    command = [program, "--seed", SEED, "--count", str(COUNT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:

        def part():
            length = process.stdout.read(4)
            return process.stdout.read(struct.unpack("<I", length)[0]) if length else None

        while (data := part()) is not None:
            yield data, json.loads(part())
    assert process.returncode == 0


def check(wanted, decode, data):
    is_partial = "is_partial" in wanted.get("event", {})
    try:
        event = decode(data)
    except apigw.DecodeError as error:
        if is_partial:
            # The fault may be in a member that the model does not read.
            return None
        found = {"code": error.code, "offset": error.offset}
        if "member" in wanted.get("error", {}):
            found["member"] = error.member
        assert {"error": found} == wanted, data[:2000]
        return None
    check_event(wanted, event, data)
    return event


def check_event(wanted, event, data):
    if "is_partial" in wanted["event"]:
        assert event.dialect == wanted["event"]["dialect"], data[:2000]
    else:
        assert {"event": parts(event)} == wanted, data[:2000]


def test_cases_of_the_model_by_every_way_of_decoding():
    decoder = apigw.Decoder()
    # More events than there are decoders, so that some are copies.
    kept = collections.deque()
    count = 0
    for data, wanted in cases():
        count += 1
        event = check(wanted, apigw.decode, data)
        check(wanted, decoder.decode, memoryview(bytearray(data)))
        try:
            text = data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            pass
        else:
            check(wanted, apigw.decode, text)
        if event is not None:
            kept.append((event, wanted, data))
        if len(kept) > 100:
            event, wanted, data = kept.popleft()
            check_event(wanted, event, data)
    assert count == COUNT
