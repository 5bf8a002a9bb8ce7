"""A module of a package."""


def main(event, context):
    return event["path"]
