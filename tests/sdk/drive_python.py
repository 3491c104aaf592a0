"""Runs an official Python client as a shop would: reads what to do as JSON, tells what became of it.

It runs in a process of its own with nothing but one version of one client on its path.
"""

import importlib
import json
import sys
import time
from datetime import datetime


def filled(client_class, method, values):
    """The call whose message is exactly `fill` bytes long, by a property of that many letters."""
    size = values.pop("fill")
    properties = values.pop("properties", {})
    _, empty = getattr(client_class("key", send=False), method)(
        **values, properties={**properties, "filling": ""}
    )
    missing = size - len(json.dumps(empty))
    return {**values, "properties": {**properties, "filling": "x" * missing}}


def main() -> None:
    task = json.load(sys.stdin)
    client_class = importlib.import_module(task["module"] + ".client").Client
    errors = []

    def on_error(error, batch) -> None:
        errors.append(
            {
                "kind": type(error).__name__,
                "status": getattr(error, "status", None),
                "code": getattr(error, "code", None),
                "message": str(getattr(error, "message", error)),
                "ids": [message["messageId"] for message in batch],
            }
        )

    client = client_class(task["key"], host=task["host"], on_error=on_error, **task["options"])
    sent, refused = [], []
    begun = time.monotonic()
    for method, values in task["calls"]:
        if "timestamp" in values:
            values["timestamp"] = datetime.fromisoformat(values["timestamp"])
        if "fill" in values:
            values = filled(client_class, method, values)
        try:
            _, message = getattr(client, method)(**values)
            sent.append(message["messageId"])
        except Exception as error:
            refused.append(f"{type(error).__name__}: {str(error)[:60]}")
    client.flush()
    client.join()
    seconds = time.monotonic() - begun
    json.dump({"sent": sent, "refused": refused, "errors": errors, "seconds": seconds}, sys.stdout)


main()
