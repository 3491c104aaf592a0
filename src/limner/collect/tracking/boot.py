"""What browser SDKs ask for before they send anything.

Source: analytics.js, loading of the source's settings; rudder-sdk-js, loading of the source's
configuration.  Nothing is sent to other servers: metrics and error reports are turned off.
"""

from __future__ import annotations

from typing import Any


def analytics_settings(write_key: str, scheme: str, host: str) -> dict[str, Any]:
    """The settings of analytics.js: events go to `scheme`://`host`/v1 and nowhere else."""
    address = f"{host}/v1"
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": write_key, "apiHost": address, "protocol": scheme,
                "unbundledIntegrations": [], "addBundledMetadata": True,
            },
        },
        "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
        "edgeFunction": {},
        "remotePlugins": [],
        "metrics": {"sampleRate": 0, "host": address},
    }  # fmt: skip


def source_config(write_key: str, name: str, is_enabled: bool) -> dict[str, Any]:
    """The configuration of the RudderStack browser SDK; a source that is off stops it."""
    quiet = {"enabled": False}
    return {
        "source": {
            "id": name, "name": name, "writeKey": write_key, "enabled": is_enabled,
            "config": {"statsCollection": {"errors": quiet, "metrics": quiet}},
            "connections": [], "destinations": [], "workspaceId": "limner",
        },
        "updatedAt": None,
    }  # fmt: skip
