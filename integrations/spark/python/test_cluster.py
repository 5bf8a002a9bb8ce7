"""Events on a cluster of two executors, one of which is killed while it reads."""

import os
import pathlib
import signal
import threading
import time
import unittest

from support import session, temporary_folder

COUNT = 6_000


def executors(application: str) -> list[int]:
    """Returns the processes of the executors of an application."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        backend = b"org.apache.spark.executor.CoarseGrainedExecutorBackend"
        if backend in command and application.encode() in command:
            found.append(int(folder.name))
    return found


class ClusterTest(unittest.TestCase):
    def test_all_rows_arrive_once_when_an_executor_is_killed(self) -> None:
        with temporary_folder() as folder:
            spark = session("local-cluster[2,1,1024]", folder, **{"spark.executor.memory": "1g"})
            self.addCleanup(spark.stop)
            path = pathlib.Path(folder) / "events.ndjson"
            path.write_bytes(b"".join(b'{"path":"/%d"}\n' % i for i in range(COUNT)))
            events = spark.read.format("apigw").option("splitBytes", "2000").load(str(path))
            # Each row takes a little time, so that the executor is killed in the middle.
            slow = events.where("reflect('java.lang.Thread', 'sleep', bigint(1)) = 'null'")
            rows = []
            job = threading.Thread(target=lambda: rows.extend(slow.select("path").collect()))
            job.start()
            killed = self.kill_one(spark)
            job.join()
            self.assertEqual([f"/{i}" for i in range(COUNT)], [row.path for row in rows])
            self.assertNotIn(killed, executors(spark.sparkContext.applicationId))

    def kill_one(self, spark) -> int:
        tracker = spark.sparkContext.statusTracker()
        while True:
            for stage in tracker.getActiveStageIds():
                if (tracker.getStageInfo(stage) or stage).numCompletedTasks > 10:
                    pid = executors(spark.sparkContext.applicationId)[0]
                    os.kill(pid, signal.SIGKILL)
                    return pid
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
