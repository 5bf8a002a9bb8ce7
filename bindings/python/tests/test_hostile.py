"""Threads, memory, buffers that change, and interpreters."""

import contextlib
import ctypes
import gc
import json
import subprocess
import sys
import textwrap
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apigw
import pytest


def event(number, size=0):
    headers = {"host": f"h{number}", "x-a": ["1", str(number)]}
    return json.dumps({"path": f"/{number}", "headers": headers, "body": "a\n" * size}).encode()


def test_many_events_may_live_at_once():
    events = [apigw.decode(event(number)) for number in range(1000)]
    for number, it in enumerate(events):
        assert (it.path, it.headers["host"]) == (f"/{number}", f"h{number}")
        assert it.headers.get_all("x-a") == ["1", str(number)]


def test_many_long_events_may_live_at_once():
    plain = [b'{"path":"/%d","body":"%s"}' % (n, b"ab" * 20_000) for n in range(50)]
    for make in (bytes, bytearray, bytes.decode):
        events = [apigw.decode(make(data)) for data in plain]
        for number, it in enumerate(events):
            assert (it.path, it.body) == (f"/{number}", "ab" * 20_000)
            assert it.bytes() == b"ab" * 20_000


def test_threads_have_their_own_events():
    def run(worker):
        for number in range(300):
            number += 1000 * worker
            it = apigw.decode(event(number, size=40_000 * (number % 5 == 0)))
            assert (it.path, it.headers["host"]) == (f"/{number}", f"h{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))


def test_threads_may_share_an_event():
    for _ in range(50):
        it = apigw.decode(event(7, size=5))
        barrier = threading.Barrier(4)

        def run(it=it, barrier=barrier):
            barrier.wait()
            return it.path, it.body, it.headers.to_list(), it.bytes(), it.form().to_list()

        with ThreadPoolExecutor(4) as pool:
            results = [future.result() for future in [pool.submit(run) for _ in range(4)]]
        assert all(result == results[0] for result in results)


def test_an_event_may_be_freed_in_another_thread():
    events = [apigw.decode(event(number)) for number in range(100)]
    thread = threading.Thread(target=events.clear)
    thread.start()
    thread.join()
    assert apigw.decode(event(1)).path == "/1"


def test_other_threads_run_while_a_long_event_is_decoded():
    data = b'{"body":"' + b"a\\n" * 5_000_000 + b'"}'
    for _ in range(20):
        turns = 0
        done = threading.Event()

        def run(done=done):
            apigw.decode(data)
            done.set()

        interval = sys.getswitchinterval()
        # No thread is asked to give up the lock, so only the decoder can have done it.
        sys.setswitchinterval(1000)
        try:
            thread = threading.Thread(target=run)
            thread.start()
            while not done.is_set():
                turns += 1
                if turns > 1_000:
                    break
        finally:
            sys.setswitchinterval(interval)
            thread.join()
        if turns > 1:
            return
    pytest.fail("the lock was never released")


@pytest.mark.parametrize("size", [10, 20_000, 100_000])
def test_a_buffer_may_change_while_and_after_it_is_decoded(size):
    wanted = event(1, size)
    buffer = bytearray(wanted)
    view = (ctypes.c_char * len(buffer)).from_buffer(buffer)
    stop = threading.Event()

    def scribble():
        while not stop.is_set():
            ctypes.memset(view, 0x41, len(buffer))
            ctypes.memmove(view, wanted, len(buffer))

    thread = threading.Thread(target=scribble)
    thread.start()
    try:
        for _ in range(100):
            try:
                it = apigw.decode(buffer)
            except apigw.DecodeError:
                continue
            before = (it.path, it.headers.to_list(), it.bytes())
            ctypes.memset(view, 0x42, len(buffer))
            assert (it.path, it.headers.to_list(), it.bytes()) == before
            assert it.body.encode() == it.bytes()
    finally:
        stop.set()
        thread.join()


def test_a_buffer_may_be_resized_after_it_was_decoded():
    buffer = bytearray(event(1, 50_000))
    it = apigw.decode(buffer)
    buffer.clear()
    assert it.body == "a\n" * 50_000


class Bytes(bytes):
    """May refer to its event."""


class Text(str):
    """May refer to its event."""


def test_an_input_with_attributes_is_not_kept():
    for kind in (Bytes, lambda data: Text(data.decode())):
        data = kind(b'{"body":"%s"}' % (b"ab" * 20_000))
        references = sys.getrefcount(data)
        it = apigw.decode(data)
        assert sys.getrefcount(data) == references
        data.it = it
        assert it.body == "ab" * 20_000


def resident():
    """The memory of this process in KiB."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def grown(run, rounds):
    run(rounds)
    before = resident()
    run(rounds)
    return resident() - before


def test_events_do_not_leak():
    small, long = event(1), event(2, 50_000)

    def run(rounds):
        for _ in range(rounds):
            it = apigw.decode(small)
            it.path, it.body, it.headers["host"], it.headers.to_dict(), it.bytes(), it.cookies()
            it.form(), it.headers.to_list(), repr(it.headers), it.content_type, it.extra("x")
            apigw.Response(200, {"a": "1"}, b"\xff").encode(it.dialect)
            for wrong in (b"{", b'{"path":7}'):
                with contextlib.suppress(apigw.DecodeError):
                    apigw.decode(wrong)
            if _ % 100 == 0:
                apigw.decode(long).bytes()
                apigw.decode(bytearray(long)).body.encode()

    assert min(grown(run, 20_000) for _ in range(3)) < 2_000


def test_kept_events_take_little_more_than_their_text():
    data = [event(number) for number in range(20_000)]
    before = resident()
    events = [apigw.decode(it) for it in data]
    taken = 1024 * (resident() - before) / len(events)
    assert events[-1].path == "/19999"
    assert taken < 16 * len(data[-1]), taken


def test_objects_are_counted_by_tracemalloc_and_freed():
    tracemalloc.start()
    try:
        for _ in range(10):
            apigw.decode(event(1)).headers.to_dict()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(1000):
            apigw.decode(event(1)).headers.to_dict()
        assert tracemalloc.get_traced_memory()[0] - before < 10_000
    finally:
        tracemalloc.stop()


def run(program):
    return subprocess.run(
        [sys.executable, "-X", "dev", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_memory_that_cannot_be_had_is_a_memory_error():
    result = run("""
        import apigw, resource
        data = b'{"body":"' + b"a" * (14 << 20) + b'"}'
        apigw.decode(data)
        size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + (4 << 20), size + (4 << 20)))
        event = apigw.decode(data)
        for action in (lambda: event.body, event.bytes, lambda: apigw.decode(bytearray(data))):
            try:
                action()
            except MemoryError:
                print("MemoryError")
            except apigw.DecodeError as error:
                print(error.code)
    """)
    assert result.stdout.split() == ["MemoryError"] * 3, result.stderr


def test_other_interpreters_are_refused():
    result = run("""
        import apigw
        try:
            import _interpreters as interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
        number = interpreters.create()
        program = '''if True:
            try:
                import apigw
            except ImportError:
                pass
            else:
                raise AssertionError("it was loaded")
        '''
        failure = interpreters.run_string(number, program)
        assert failure is None, failure
        interpreters.destroy(number)
        print(apigw.decode('{"path":"/cats"}').path)
    """)
    assert result.stdout == "/cats\n", result.stderr


def test_the_module_may_be_loaded_again():
    result = run("""
        import sys, apigw
        event = apigw.decode('{"path":"/cats","headers":{"a":"1"}}')
        headers = event.headers
        for name in [name for name in sys.modules if name.startswith("apigw")]:
            del sys.modules[name]
        import apigw as again
        other = again.decode('{"path":"/dogs","headers":{"a":"1"}}')
        print(event.path, headers["a"], other.path, other.headers == headers)
        try:
            again.decode("")
        except again.DecodeError as error:
            print(error.code)
    """)
    assert result.stdout == "/cats 1 /dogs True\nunexpected-end\n", result.stderr


def test_events_may_outlive_the_interpreter():
    result = run("""
        import apigw, threading
        class Kept:
            pass
        kept = Kept()
        kept.self, kept.event = kept, apigw.decode('{"path":"/cats","headers":{"a":"1"}}')
        kept.headers = kept.event.headers
        threading.Thread(target=lambda: apigw.decode("{}")).start()
        print(kept.event.path)
    """)
    assert (result.returncode, result.stdout, result.stderr) == (0, "/cats\n", "")
