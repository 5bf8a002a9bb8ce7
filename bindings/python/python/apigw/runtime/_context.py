"""What the platforms pass to a handler with the event."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from typing import Any


def scf_context(headers: Mapping[str, str]) -> dict[str, Any]:
    """Returns the context of Tencent SCF (https://cloud.tencent.com/document/product/583/11061)."""
    env = os.environ
    return {
        "memory_limit_in_mb": _number(headers.get("memory_limit_in_mb")),
        "time_limit_in_ms": _number(headers.get("time_limit_in_ms")),
        "request_id": headers.get("request_id", ""),
        "environment": json.dumps(dict(env)),
        "environ": ";".join(f"{name}={value}" for name, value in env.items()),
        "function_version": env.get("SCF_FUNCTIONVERSION", ""),
        "function_name": env.get("SCF_FUNCTIONNAME", ""),
        "namespace": env.get("SCF_NAMESPACE", ""),
        "tencentcloud_region": env.get("TENCENTCLOUD_REGION", ""),
        "tencentcloud_appid": env.get("TENCENTCLOUD_APPID", ""),
        "tencentcloud_uin": env.get("TENCENTCLOUD_UIN", ""),
    }


class LambdaContext:
    """The context of AWS Lambda (https://docs.aws.amazon.com/lambda/latest/dg/python-context.html)."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        env = os.environ
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id", "")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn", "")
        self.function_name = env.get("AWS_LAMBDA_FUNCTION_NAME", "")
        self.function_version = env.get("AWS_LAMBDA_FUNCTION_VERSION", "")
        self.memory_limit_in_mb = env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
        self.log_group_name = env.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
        self.log_stream_name = env.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
        self.client_context = _parsed(headers.get("lambda-runtime-client-context"))
        self.identity = _parsed(headers.get("lambda-runtime-cognito-identity"))
        self._deadline = _number(headers.get("lambda-runtime-deadline-ms"))

    def get_remaining_time_in_millis(self) -> int:
        """Returns the time that is left before the platform ends the handler."""
        return max(0, self._deadline - int(time.time() * 1000))


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdecimal() else 0


def _parsed(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return None
