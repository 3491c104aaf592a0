"""Lines that connect a client: the host and the write key are filled in."""

from __future__ import annotations

import shlex

_ANALYTICS = """import { AnalyticsBrowser } from "@segment/analytics-next"  // npm install @segment/analytics-next

const analytics = AnalyticsBrowser.load(
  { writeKey: "%(key)s", cdnURL: "%(host)s" },
  { integrations: { "Segment.io": { apiHost: "%(bare)s/v1", protocol: "%(scheme)s" } } },
)
analytics.page()"""

_RUDDERSTACK = """import { RudderAnalytics } from "@rudderstack/analytics-js"  // npm install @rudderstack/analytics-js

const analytics = new RudderAnalytics()
analytics.load("%(key)s", "%(host)s", { configUrl: "%(host)s" })
analytics.page()"""

_PYTHON = """import segment.analytics as analytics  # pip install segment-analytics-python

analytics.write_key = "%(key)s"
analytics.host = "%(host)s"
analytics.track("user-1", "Product Viewed", {"product_id": "sku-1", "name": "Mug", "price": 9.5})
analytics.flush()"""

_CURL = """curl %(host_quoted)s/v1/track -u %(key)s: -H 'Content-Type: application/json' \\
  -d '{"userId":"user-1","event":"Product Viewed","properties":{"product_id":"sku-1","name":"Mug","price":9.5}}'"""

# The languages are those of `words.sources.TOOLS`.
TABLE = {
    "analytics.js": _ANALYTICS,
    "rudderstack": _RUDDERSTACK,
    "python": _PYTHON,
    "curl": _CURL,
}


def snippet(tool: str, host: str, write_key: str) -> str:
    """The lines for a tool of `TABLE`; `host` is the address of this server without a path.

    >>> snippet("curl", "https://data.shop.cn", "k1").split()[:4]
    ['curl', 'https://data.shop.cn/v1/track', '-u', 'k1:']
    """
    scheme, _, bare = host.rstrip("/").partition("://")
    return TABLE[tool] % {
        "host": host.rstrip("/"), "host_quoted": shlex.quote(host.rstrip("/")), "bare": bare,
        "scheme": scheme, "key": write_key,
    }  # fmt: skip
