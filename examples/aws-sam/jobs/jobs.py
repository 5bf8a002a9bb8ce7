"""Returns the event and the handler's name."""

import json
import os


def handler(event, context):
    body = json.dumps({"handler": os.environ["_HANDLER"], "event": event})
    return {"statusCode": 202, "body": body}
