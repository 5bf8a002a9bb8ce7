"""JSON in bodies, read by Python's own module."""

import json
from typing import NoReturn


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"JSON has no constant {constant}")


read = json.JSONDecoder(parse_constant=_refuse).decode
"""`json.loads` for strings, without the constants that JSON lacks: `NaN`, `Infinity`."""
