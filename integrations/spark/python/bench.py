"""Compares queries of recorded events in Spark, on two cores: the connector, and Spark's own
readers of JSON with a schema. The readers take turns, and each time is a median."""

import json
import pathlib
import random
import statistics
import sys
import time

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from support import session, temporary_folder

ROUNDS = 5
HEADERS = [
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "origin",
    "referer",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-amzn-trace-id",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "content-type",
    "authorization",
    "priority",
    "dnt",
    "via",
    "x-request-id",
]
SCHEMA = """version string, rawPath string, rawQueryString string, routeKey string,
    headers map<string, string>, body string, isBase64Encoded boolean,
    requestContext struct<accountId: string, apiId: string, domainName: string,
        requestId: string, stage: string, timeEpoch: bigint,
        http: struct<method: string, path: string, protocol: string, sourceIp: string,
            userAgent: string>>"""
TWELVE = {
    "method": "requestContext.http.method",
    "path": "rawPath",
    "route_key": "routeKey",
    "stage": "requestContext.stage",
    "request_id": "requestContext.requestId",
    "api_id": "requestContext.apiId",
    "domain_name": "requestContext.domainName",
    "account_id": "requestContext.accountId",
    "source_ip": "requestContext.http.sourceIp",
    "user_agent": "requestContext.http.userAgent",
    "protocol": "requestContext.http.protocol",
    "raw_query": "rawQueryString",
}


def event(at: random.Random) -> bytes:
    def word(length: int) -> str:
        return "".join(at.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))

    names = at.sample(HEADERS, at.randint(12, 20))
    headers = {"host": "h.example.com", **{name: word(at.randint(5, 90)) for name in names}}
    http = {
        "method": at.choice(["GET", "GET", "GET", "POST", "PUT", "DELETE"]),
        "path": f"/cats/{word(8)}",
        "protocol": "HTTP/1.1",
        "sourceIp": f"192.0.2.{at.randint(1, 254)}",
        "userAgent": word(90),
    }
    context = {
        "accountId": "123456789012",
        "apiId": word(10),
        "domainName": "h.example.com",
        "http": http,
        "requestId": word(16),
        "stage": "$default",
        "timeEpoch": 1714557600123 + at.randint(0, 10**9),
    }
    document = {
        "version": "2.0",
        "routeKey": "GET /cats/{id}",
        "rawPath": http["path"],
        "rawQueryString": f"page={at.randint(1, 99)}&q={word(6)}",
        "headers": headers,
        "requestContext": context,
        "body": word(at.randint(0, 600)),
        "isBase64Encoded": False,
    }
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def write_events(path: pathlib.Path, megabytes: int) -> int:
    at = random.Random(5)
    some = [event(at) for _ in range(5000)]
    size = count = 0
    with path.open("wb") as file:
        while size < megabytes << 20:
            line = at.choice(some)
            size += file.write(line)
            count += 1
    return count


def readers(spark, path: str) -> dict[str, DataFrame]:
    columns = [F.col(theirs).alias(ours) for ours, theirs in TWELVE.items()]
    text = spark.read.text(path).select(F.from_json("value", SCHEMA).alias("event"))
    return {
        "apigw": spark.read.format("apigw").load(path).select(*TWELVE),
        "read.json": spark.read.schema(SCHEMA).json(path).select(*columns),
        "from_json": text.select("event.*").select(*columns),
    }


QUERIES = {
    "count": lambda events: events.agg(F.count("*"), F.count("path")).collect(),
    "count by method": lambda events: sorted(events.groupBy("method").count().collect()),
    "twelve columns": lambda events: events.agg(
        *[F.sum(F.length(name)) for name in TWELVE]
    ).collect(),
    "one method and path": lambda events: (
        events.where("method = 'PUT' and path like '/cats/a%'")
        .agg(F.count("*"), F.max("source_ip"))
        .collect()
    ),
}


def main(megabytes: int) -> None:
    with temporary_folder() as folder:
        path = pathlib.Path(folder) / "events.ndjson"
        count = write_events(path, megabytes)
        print(f"{count} events, {path.stat().st_size >> 20} MiB, medians of {ROUNDS} runs")
        spark = session("local[2]", folder, **{"spark.driver.memory": "2g"})
        tables = readers(spark, str(path))
        for name, query in QUERIES.items():
            results = {reader: query(events) for reader, events in tables.items()}
            if len({str(result) for result in results.values()}) != 1:
                raise AssertionError(f"{name}: {results}")
            times: dict[str, list[float]] = {reader: [] for reader in tables}
            for _ in range(ROUNDS):
                for reader, events in tables.items():
                    start = time.perf_counter()
                    query(events)
                    times[reader].append(time.perf_counter() - start)
            medians = {reader: statistics.median(values) for reader, values in times.items()}
            ratios = "  ".join(
                f"{reader} {value:6.2f} s ({value / medians['apigw']:.1f}x)"
                for reader, value in medians.items()
            )
            print(f"{name:20} {ratios}", flush=True)
        spark.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 512)
