"""The smallest runtime of AWS Lambda for Python: the handler that is named runs the events."""

import importlib
import json
import os
import sys
import urllib.request

BASE = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"

sys.path.insert(0, os.getcwd())
module, name = sys.argv[1].rsplit(".", 1)
handler = getattr(importlib.import_module(module.replace("/", ".")), name)
while True:
    with urllib.request.urlopen(BASE + "next") as response:
        identifier = response.headers["lambda-runtime-aws-request-id"]
        event = json.load(response)
    output = json.dumps(handler(event, None)).encode()
    urllib.request.urlopen(f"{BASE}{identifier}/response", output).close()
