"""Runs a function: asks the platform for events, passes each one to a handler, sends the response.

    python -m apigw.runtime handler.main

`handler.main` is `main` of the module `handler` in the working folder. The default is the
environment variable `_HANDLER`. If `AWS_LAMBDA_RUNTIME_API` is set, the platform is AWS Lambda;
otherwise it is Tencent SCF, at `SCF_RUNTIME_API` and `SCF_RUNTIME_API_PORT`.
"""

from ._context import LambdaContext
from ._main import main, serve

__all__ = ["LambdaContext", "main", "serve"]
