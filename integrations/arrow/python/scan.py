"""The scan of the shared library of `examples/stream.rs`, for tests and the benchmark."""

import ctypes
import os
from pathlib import Path

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).parents[3] / "target"))
PROFILE = os.environ.get("APIGW_PROFILE", "debug")
NAME = b"arrow_array_stream"

# A capsule points to its struct, which has to stay until a reader has moved the stream out of it.
_streams = []


class Scan:
    """Rows of recorded events: an object that Polars, DuckDB, pyarrow and DataFusion read."""

    def __init__(self, *paths, columns=None, threads=0, views=False, decode_bodies=False,
                 batch_bytes=0):
        self.library = ctypes.CDLL(str(TARGET / PROFILE / "examples" / "libstream.so"))
        self.arguments = (
            "\n".join(map(str, paths)).encode(),
            None if columns is None else ",".join(columns).encode(),
            ctypes.c_size_t(threads), ctypes.c_bool(views), ctypes.c_bool(decode_bodies),
            ctypes.c_size_t(batch_bytes),
        )

    def __arrow_c_stream__(self, requested_schema=None):
        # The struct of the C stream interface has five pointers.
        stream = (ctypes.c_void_p * 5)()
        if self.library.apigw_arrow_scan(*self.arguments, ctypes.byref(stream)) != 0:
            raise ValueError("the options were refused")
        _streams.append(stream)
        new = ctypes.pythonapi.PyCapsule_New
        new.restype = ctypes.py_object
        new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        return new(ctypes.addressof(stream), NAME, None)
