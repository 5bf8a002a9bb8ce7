"""Events in Spark, in one process. The rows are compared with those of `apigw convert`."""

import gzip
import pathlib
import subprocess
import unittest

from pyspark.sql import DataFrame, Row
from support import APIGW, fixtures, session, temporary_folder


def write(path: str, data: bytes) -> str:
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(path).write_bytes(data)
    return path


def resident_megabytes(pid: int) -> int:
    pages = pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * 4096 >> 20


class SparkTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.temporary = temporary_folder()
        cls.folder = cls.temporary.name
        cls.spark = session("local[2]", cls.folder)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.spark.stop()
        cls.temporary.cleanup()

    def events(self, path: str, **options: str) -> DataFrame:
        return self.spark.read.format("apigw").options(**options).load(path)

    def table(self, rows: DataFrame) -> list[Row]:
        # The place of an event is what its file and its first byte are.
        return sorted(rows.drop("source").collect(), key=lambda row: row.byte)

    def convert(self, path: str) -> DataFrame:
        """Returns the rows of the Arrow export."""
        # It reports the bad events, and ends with a status for them.
        command = [APIGW, "convert", path, "-o", f"{path}.parquet"]
        subprocess.run(command, check=False, stderr=subprocess.DEVNULL)
        return self.spark.read.parquet(f"{path}.parquet").drop("line")

    def test_rows_are_those_of_the_arrow_export(self) -> None:
        path = write(f"{self.folder}/all.ndjson", b"\n".join(fixtures()) + b"\n")
        events, expected = self.events(path), self.convert(path)
        self.assertEqual(expected.columns, events.columns)
        for ours, theirs in zip(events.schema, expected.schema, strict=True):
            self.assertEqual(theirs.dataType.simpleString(), ours.dataType.simpleString())
        rows = self.table(events)
        self.assertGreater(len(rows), 200)
        self.assertGreater(sum(row.error is not None for row in rows), 50)
        for ours, theirs in zip(rows, self.table(expected), strict=True):
            self.assertEqual(theirs, ours)
        # Every column alone, and a part of each struct.
        for name in events.columns[2:]:
            theirs = self.table(expected.select("byte", name))
            self.assertEqual(theirs, self.table(events.select("byte", name)), name)
        for part in ("error.member", "error.offset", "headers.value", "query.name"):
            query = ("byte", part)
            self.assertEqual(
                sorted(map(str, expected.select(*query).collect())),
                sorted(map(str, events.select(*query).collect())),
            )

    def test_parquet_and_back(self) -> None:
        path = write(f"{self.folder}/back.ndjson", b"\n".join(fixtures()))
        events = self.events(path)
        events.write.parquet(f"{self.folder}/back.parquet")
        back = self.spark.read.parquet(f"{self.folder}/back.parquet")
        self.assertEqual(self.table(events), self.table(back))

    def test_a_file_cut_at_every_byte(self) -> None:
        lines = [
            b'{"path":"/a"}\n',
            b'{"path":"/b"}\r\n',
            b"\n",
            b" \r\n",
            b'{"path":404}\n',
            b"{}",
        ]
        for count, data in enumerate((b"".join(lines), b"\n\n" + b"".join(lines) + b"\n")):
            path = write(f"{self.folder}/cut/{count}.ndjson", data)
            whole = self.table(self.events(path).select("source", "byte", "path", "raw"))
            self.assertEqual(["/a", "/b", None, None], [row.path for row in whole])
            for row in whole:
                line = data[row.byte :].split(b"\n")[0]
                self.assertIn(row.raw, (None, bytearray(line)))
            for size in range(1, len(data) + 1):
                events = self.events(path, splitBytes=str(size))
                self.assertEqual(
                    whole, self.table(events.select("source", "byte", "path", "raw")), size
                )

    def test_long_lines(self) -> None:
        body = b"x" * (3 << 20)
        long = b'{"path":"/long","body":"' + body + b'"}\n'
        too_long = b'{"body":"' + b"y" * (17 << 20) + b'"}\n'
        data = b'{"path":"/a"}\n' + long + too_long + b'{"path":"/b"}\n'
        path = write(f"{self.folder}/long.ndjson", data)
        for size in (1 << 20, 4 << 20, 1 << 30):
            rows = self.table(self.events(path, splitBytes=str(size)))
            self.assertEqual(["/a", "/long", None, "/b"], [row.path for row in rows])
            self.assertEqual(body, rows[1].body)
            self.assertEqual("input-too-long", rows[2].error.name)
            self.assertTrue(too_long.startswith(rows[2].raw))
            self.assertGreater(len(rows[2].raw), 16 << 20)

    def test_many_small_files(self) -> None:
        folder = f"{self.folder}/small"
        for count in range(10_000):
            write(f"{folder}/{count % 100}/{count}.json", b'{"path":"/%d"}' % count)
        write(f"{folder}/_hidden/a.json", b"no event")
        write(f"{folder}/.hidden", b"no event")
        write(f"{folder}/empty.json", b"")
        events = self.events(folder)
        self.assertEqual(10_000, events.select("path").distinct().count())
        self.assertEqual(0, events.where("error is not null").count())
        self.assertLess(events.rdd.getNumPartitions(), 1000)

    def test_compressed_files(self) -> None:
        data = b'{"path":"/a"}\n' * 50_000
        plain = write(f"{self.folder}/compressed/plain.ndjson", data)
        parts = gzip.compress(data[: 14 * 7000]) + gzip.compress(data[14 * 7000 :])
        write(f"{self.folder}/compressed/a.ndjson.gz", parts)
        zstd = self.spark._jvm.com.github.luben.zstd.Zstd
        half = len(data) // 2
        frames = bytes(zstd.compress(data[:half])) + bytes(zstd.compress(data[half:]))
        write(f"{self.folder}/compressed/b.ndjson.zst", frames)
        expected = self.table(self.events(plain).select("source", "byte", "path"))
        for name in ("a.ndjson.gz", "b.ndjson.zst"):
            events = self.events(f"{self.folder}/compressed/{name}", splitBytes="1000")
            self.assertEqual(expected, self.table(events.select("source", "byte", "path")))
        self.assertEqual(150_000, self.events(f"{self.folder}/compressed").count())

    def test_filters_are_pushed_down(self) -> None:
        path = write(f"{self.folder}/filters.ndjson", b"\n".join(fixtures()))
        events, expected = self.events(path), self.convert(path)
        for condition in (
            "dialect = 'aws-http-api'",
            "dialect in ('aws-http-api', 'aws-alb')",
            "dialect = 'no-such-dialect'",
            "dialect = 'aws-http-api' and dialect = 'aws-alb'",
            "method = 'GET'",
            "method = 'POST' and path like '/no%'",
            "path = '/'",
            "startswith(path, '')",
            "method = 'GET' or path = '/'",
            "not method = 'GET'",
            "error is not null and method is null",
        ):
            theirs = [row.byte for row in self.table(expected.where(condition))]
            ours = [row.byte for row in self.table(events.where(condition))]
            self.assertEqual(theirs, ours, condition)
        plan = events.where("method = 'GET' and path like '/a%'").select("path")
        text = plan._jdf.queryExecution().executedPlan().toString()
        self.assertIn("EqualTo(method,GET)", text)
        self.assertIn("StringStartsWith(path,/a)", text)
        self.assertIn("columns [method, path]", text)

    def test_bad_events_fail_the_query_if_that_is_wanted(self) -> None:
        path = write(f"{self.folder}/bad.ndjson", b'{"path":"/a"}\n{"path":404}\n')
        with self.assertRaisesRegex(
            Exception, "bad.ndjson, event at byte 14: wrong-type at its byte 8 in path"
        ):
            self.events(path, mode="failfast").select("method").collect()
        with self.assertRaisesRegex(Exception, "the option mode is PERMISSIVE or FAILFAST"):
            self.events(path, mode="x").collect()
        self.assertEqual(2, self.events(path, mode="permissive").count())

    def test_sql(self) -> None:
        path = write(f"{self.folder}/sql/a.ndjson", b'{"httpMethod":"GET"}\n' * 3 + b"[")
        self.spark.sql(f"create table events using apigw options (path '{path}')")
        query = "select method, count(*) n from events group by method order by n"
        rows = [tuple(row) for row in self.spark.sql(query).collect()]
        self.assertEqual([(None, 1), ("GET", 3)], rows)
        count = self.spark.sql("select count(*) from events where method = 'GET'")
        self.assertEqual(3, count.collect()[0][0])
        self.spark.sql("drop table events")

    def test_schemas(self) -> None:
        path = write(f"{self.folder}/schema.ndjson", b'{"httpMethod":"GET","path":"/"}\n')
        reader = self.spark.read.format("apigw")
        some = reader.schema("path string, method string").load(path)
        self.assertEqual([("/", "GET")], [tuple(row) for row in some.collect()])
        with self.assertRaisesRegex(Exception, "events have no column line"):
            reader.schema("line bigint").load(path)
        with self.assertRaisesRegex(Exception, "the column path is STRING"):
            reader.schema("path bigint").load(path)

    def test_paths(self) -> None:
        for name in ("a", "b", "c"):
            write(f"{self.folder}/paths/{name}.ndjson", b'{"path":"/%s"}' % name.encode())
        several = self.spark.read.format("apigw").load(
            [f"{self.folder}/paths/a.ndjson", f"{self.folder}/paths/b.ndjson"]
        )
        self.assertEqual(["/a", "/b"], sorted(row.path for row in several.collect()))
        pattern = self.events(f"{self.folder}/paths/[bc].*")
        self.assertEqual(["/b", "/c"], sorted(row.path for row in pattern.collect()))
        with self.assertRaisesRegex(Exception, "there is no .*missing"):
            self.events(f"{self.folder}/missing").collect()
        with self.assertRaisesRegex(Exception, "the option path is missing"):
            self.spark.read.format("apigw").load().collect()

    def test_metrics(self) -> None:
        data = b'{"httpMethod":"GET"}\n{"httpMethod":"PUT"}\n[\n'
        path = write(f"{self.folder}/metrics.ndjson", data)
        self.spark.conf.set("spark.sql.adaptive.enabled", "false")
        query = self.events(path).where("method = 'GET'")
        self.assertEqual(1, len(query.collect()))
        scan = query._jdf.queryExecution().executedPlan().collectLeaves().head()
        values = {
            name: scan.metrics().apply(name).value()
            for name in ("events", "badEvents", "eventBytes")
        }
        self.assertEqual({"events": 3, "badEvents": 1, "eventBytes": len(data)}, values)
        self.spark.conf.unset("spark.sql.adaptive.enabled")

    def test_memory_does_not_grow_with_tasks(self) -> None:
        path = write(f"{self.folder}/tasks.ndjson", b'{"path":"/a","body":"b"}\n' * 20_000)
        events = self.events(path, splitBytes="500")
        self.assertEqual(1000, events.rdd.getNumPartitions())
        pid = self.spark._jvm.java.lang.ProcessHandle.current().pid()
        growths, before = [], 0
        while len(growths) < 2 or (growths[-1] >= 64 and len(growths) < 6):
            self.assertEqual(20_000, events.select("path", "body").distinct().count() * 20_000)
            self.spark._jvm.System.gc()
            after = resident_megabytes(pid)
            growths.append(after - before)
            before = after
        self.assertLess(growths[-1], 64, growths)


if __name__ == "__main__":
    unittest.main()
