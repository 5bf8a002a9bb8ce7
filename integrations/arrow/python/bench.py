"""Measures readers and writers of events on one core; `bench.sh` runs it."""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import polars
import pyarrow
import pyarrow.compute
import pyarrow.json
import pyarrow.parquet

from scan import PROFILE, TARGET, Scan

ROUNDS = 15
COLUMNS = ["method", "path", "route", "stage", "request_id", "service_id", "source_ip", "headers",
           "query", "body_kind", "body", "dialect", "error"]
# The same members for DuckDB, which reads JSON faster when it knows the types.
TYPES = """{httpMethod: 'VARCHAR', path: 'VARCHAR', headers: 'MAP(VARCHAR, VARCHAR)',
    queryString: 'JSON', body: 'VARCHAR', requestContext: 'STRUCT(path VARCHAR, stage VARCHAR,
    requestId VARCHAR, serviceId VARCHAR, sourceIp VARCHAR)'}"""
BLOCKS = pyarrow.json.ReadOptions(use_threads=False, block_size=4 << 20)


def cpu_seconds():
    """CPU time of this process and of its children: other programs do not change it much."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(it.ru_utime + it.ru_stime for it in used)


def measure(title, size, tasks):
    """Runs all tasks in turn, round by round, and prints the best time of each."""
    best = dict.fromkeys(tasks, float("inf"))
    for _ in range(ROUNDS):
        for name, task in tasks.items():
            start = cpu_seconds()
            task()
            best[name] = min(best[name], cpu_seconds() - start)
    ours, *peers = best.values()
    print(f"\n{title}: CPU time, the best of {ROUNDS} rounds")
    for name, seconds in best.items():
        ratio = f"{seconds / ours:5.1f} ×"
        print(f"  {name:32} {seconds * 1e3:8.1f} ms {size / seconds / 1e6:6.0f} MB/s {ratio}")
    print(f"  {min(peers) / ours:.1f} times as fast as the best of the others")


def main():
    file = sys.argv[1]
    size = os.path.getsize(file)
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    database = duckdb.connect()
    database.execute("set threads = 1")
    database.execute("set enable_progress_bar = false")
    typed = f"select * from read_ndjson('{file}', columns = {TYPES})"

    def scan():
        reader = pyarrow.RecordBatchReader.from_stream(Scan(file, columns=COLUMNS, threads=1))
        return reader.read_all()

    measure("NDJSON to Arrow, 13 columns", size, {
        "apigw": scan,
        "polars.read_ndjson": lambda: polars.read_ndjson(file),
        "duckdb read_ndjson, typed": lambda: database.sql(typed).to_arrow_table(),
        "pyarrow.json.read_json": lambda: pyarrow.json.read_json(file, read_options=BLOCKS),
    })

    # Parquet has no empty objects, so the members of `requestContext` are taken out of it.
    context = ["path", "stage", "requestId", "serviceId", "sourceIp"]
    fields = ["httpMethod", "path", "headers", "queryString", "body"]
    zstd = {"compression": "zstd", "compression_level": 1}

    def with_polars():
        nested = [polars.col("requestContext").struct.field(name).alias(f"context_{name}")
                  for name in context]
        polars.read_ndjson(file).select(fields + nested).write_parquet(output, **zstd)

    def with_pyarrow():
        table = pyarrow.json.read_json(file, read_options=BLOCKS)
        nested = [pyarrow.compute.struct_field(table["requestContext"], name) for name in context]
        table = table.select(fields)
        for name, column in zip(context, nested):
            table = table.append_column(f"context_{name}", column)
        pyarrow.parquet.write_table(table, output, **zstd)

    def with_duckdb():
        options = "format parquet, compression zstd, compression_level 1"
        database.sql(f"copy ({typed}) to '{output}' ({options})")

    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "events.parquet")
        convert = [TARGET / PROFILE / "apigw", "convert", "-q", "-j1", file, "-o", output,
                   "--columns", ",".join(COLUMNS)]
        measure("NDJSON to Parquet with zstd", size, {
            "apigw convert": lambda: subprocess.run(convert, check=True),
            "polars": with_polars,
            "duckdb, typed": with_duckdb,
            "pyarrow": with_pyarrow,
        })


main()
