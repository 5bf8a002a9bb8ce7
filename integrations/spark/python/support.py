"""What the tests and the benchmark use: a session of Spark with the connector, and events."""

import pathlib
import tempfile

from pyspark.sql import SparkSession

ROOT = pathlib.Path(__file__).resolve().parents[3]
JAR = ROOT / "integrations/spark/target/apigw-spark-0.1.0.jar"
APIGW = ROOT / "target/debug/apigw"
EVENTS = ROOT / "tests/data/events"


def session(master: str, folder: str, **options: str) -> SparkSession:
    """Starts Spark, with its own files in a folder."""
    builder = (
        SparkSession.builder.master(master)
        .config("spark.jars", str(JAR))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "FATAL")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.local.dir", folder)
        .config("spark.sql.warehouse.dir", f"{folder}/warehouse")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
    )
    for name, value in options.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def temporary_folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="apigw-spark-")


def fixtures() -> list[bytes]:
    """The events of tests/data, each in one line. Line ends between tokens are blanks."""
    files = sorted(EVENTS.iterdir())
    lines = [file.read_bytes().replace(b"\n", b" ") for file in files]
    return [line for line in lines if line.strip(b" \t\r")]
