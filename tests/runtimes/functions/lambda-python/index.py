"""A function on awslambdaric, and the program that starts it."""


def main(event: dict, context: object) -> dict:
    """Responds with what the client has read of the event and of the platform."""
    name = event["pathParameters"]["name"]
    if name == "panic":
        raise LookupError("no cat")
    text = (
        f"{event['httpMethod']} {name} {context.function_name} {context.memory_limit_in_mb} "
        f"{context.invoked_function_arn} {len(context.aws_request_id)} "
        f"{str(context.get_remaining_time_in_millis() > 0).lower()}"
    )
    return {"statusCode": 200, "headers": {"x-other": "1"}, "body": text}
