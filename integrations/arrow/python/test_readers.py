"""Reads the same events with Polars, DuckDB, pyarrow and DataFusion.

What they must find comes from the values of which the events are made, by Python's own `json`.
"""

import base64
import gzip
import json
import random
import subprocess
import tempfile
import unittest
from pathlib import Path

import datafusion
import duckdb
import polars
import pyarrow
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet

from scan import PROFILE, TARGET, Scan

COLUMNS = ["line", "method", "path", "source_ip", "headers", "query", "body_kind", "body", "extras",
           "error", "raw"]


def events(count):
    """Lines of NDJSON and the row that each of them has to give."""
    choose = random.Random(7)
    lines, rows = [], []
    for number in range(1, count + 1):
        row = dict.fromkeys(COLUMNS)
        row["line"] = number
        if number % 50 == 0:
            line = b'{"path":"/' + b"a" * (number // 50) + b"\xff\"}"
            offset = len(b'{"path":"/') + number // 50
            row["error"] = {"code": 23, "name": "invalid-utf8", "offset": offset, "member": "path"}
            row["raw"] = line
            lines.append(line)
            rows.append(row)
            continue
        headers = [(f"x-{choose.randrange(1000)}-{at}", "é" * choose.randrange(40))
                   for at in range(choose.randrange(30))]
        query = {f"q{at}": [str(choose.random()), "🦀"][:choose.randrange(1, 3)]
                 for at in range(choose.randrange(5))}
        event = {"httpMethod": choose.choice(["GET", "POST"]), "path": f"/{number}",
                 "requestContext": {"sourceIp": f"10.0.0.{number % 256}"},
                 "headers": dict(headers), "queryString": dict(query, flag=True)}
        row["method"], row["path"] = event["httpMethod"], event["path"]
        row["source_ip"] = event["requestContext"]["sourceIp"]
        row["headers"] = [{"name": name, "value": value} for name, value in headers]
        row["query"] = [{"name": name, "value": value} for name, values in query.items()
                        for value in values] + [{"name": "flag", "value": None}]
        if number % 3 == 0:
            body = choose.randbytes(choose.randrange(200))
            event["body"], event["isBase64Encoded"] = base64.b64encode(body).decode(), True
            row["body_kind"], row["body"] = "base64", body
        elif number % 3 == 1:
            event["body"] = "text \n" * choose.randrange(200)
            row["body_kind"], row["body"] = "text", event["body"].encode()
        if number % 7 == 0:
            event["unknown\n"] = [number]
            row["extras"] = f'{{"unknown\\n":[{number}]}}'
        lines.append(json.dumps(event, ensure_ascii=number % 2 == 0,
                                separators=(",", ":")).encode())
        rows.append(row)
    return lines, rows


class Readers(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.temporary.name)
        lines, cls.rows = events(3000)
        cls.file = cls.folder / "events.ndjson.gz"
        cls.file.write_bytes(gzip.compress(b"\n".join(lines)))

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def scan(self, **options):
        options = {"columns": COLUMNS, "decode_bodies": True, "batch_bytes": 100_000, **options}
        return Scan(self.file, **options)

    def convert(self, name, *options, status=1):
        output = self.folder / name
        tool = TARGET / PROFILE / "apigw"
        command = [tool, "convert", "-q", self.file, "-o", output, "--columns", ",".join(COLUMNS),
                   *options]
        self.assertEqual(subprocess.run(command).returncode, status)
        return output

    def check(self, rows):
        self.assertEqual(len(rows), len(self.rows))
        for found, expected in zip(rows, self.rows):
            self.assertEqual(found, expected)

    def test_pyarrow_reads_the_stream(self):
        for options in [{}, {"threads": 1}, {"views": True}]:
            reader = pyarrow.RecordBatchReader.from_stream(self.scan(**options))
            table = reader.read_all()
            table.validate(full=True)
            self.check(table.to_pylist())

    def test_polars_reads_the_stream(self):
        for options in [{}, {"views": True}]:
            self.check(polars.DataFrame(self.scan(**options)).to_dicts())

    def test_duckdb_reads_the_stream(self):
        for options in [{}, {"views": True}]:
            events = self.scan(**options)
            self.check(duckdb.sql("select * from events").to_arrow_table().to_pylist())
            events = self.scan(**options)
            count = sum(row["error"] is not None for row in self.rows)
            found = duckdb.sql("select count(*) from events where error.name = 'invalid-utf8'")
            self.assertEqual(found.fetchall(), [(count,)])

    def test_datafusion_reads_the_stream(self):
        for options in [{}, {"views": True}]:
            frame = datafusion.SessionContext().from_arrow(self.scan(**options))
            self.check(frame.to_arrow_table().to_pylist())

    def test_a_cut_stream_is_an_error_of_the_reader(self):
        cut = self.folder / "cut.gz"
        cut.write_bytes(self.file.read_bytes()[:-100])
        reader = pyarrow.RecordBatchReader.from_stream(Scan(cut, columns=["line"]))
        with self.assertRaisesRegex(Exception, "cut.gz: the gzip data is cut short after"):
            reader.read_all()

    def test_all_read_parquet(self):
        file = str(self.convert("events.parquet", "--decode-bodies"))
        self.check(pyarrow.parquet.read_table(file).to_pylist())
        self.check(polars.read_parquet(file).to_dicts())
        self.check(duckdb.sql(f"select * from '{file}'").to_arrow_table().to_pylist())
        frame = datafusion.SessionContext().read_parquet(file)
        self.check(frame.sort("line").to_arrow_table().to_pylist())

    def test_all_read_arrow_files(self):
        file = str(self.convert("events.arrow", "--decode-bodies"))
        self.check(pyarrow.feather.read_table(file).to_pylist())
        self.check(polars.read_ipc(file).to_dicts())

    def test_arrow_on_standard_output_is_a_stream(self):
        tool = TARGET / PROFILE / "apigw"
        command = [tool, "convert", "-q", self.file, "-o", "-", "--to", "arrow", "--decode-bodies",
                   "--columns", ",".join(COLUMNS)]
        output = subprocess.run(command, stdout=subprocess.PIPE)
        self.assertEqual(output.returncode, 1)
        self.check(pyarrow.ipc.open_stream(output.stdout).read_all().to_pylist())

    def test_all_read_json_lines(self):
        file = self.convert("events.ndjson")
        lines = [json.loads(line) for line in file.read_bytes().splitlines()]
        self.assertEqual(len(lines), len(self.rows))
        for found, row in zip(lines, self.rows):
            self.assertEqual(found["line"], row["line"])
            self.assertEqual(found.get("path"), row["path"])
            self.assertEqual(found.get("error"), row["error"])
            pairs = row["headers"] and [[pair["name"], pair["value"]] for pair in row["headers"]]
            self.assertEqual(found.get("headers"), row["headers"] if not pairs else pairs)
        self.assertEqual(polars.read_ndjson(file)["line"].to_list(), list(range(1, 3001)))


