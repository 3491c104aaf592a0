"""The example shop on a port of its own, so that what it sends crosses origins as in life."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.conftest import ROOT

SHOP = ROOT / "examples" / "shop"
CLIENTS = {
    "/analytics.js": "@segment/analytics-next/dist/umd/standalone.js",
    "/rudder.js": "@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js",
}


@contextmanager
def shop_site(node_modules: Path) -> Iterator[str]:
    """The address of the shop, with the clients as npm brought them."""

    class Site(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            name = path.split("?")[0]
            if name == "/batching.html":
                return str(Path(__file__).with_name("batching.html"))
            return (
                str(node_modules / CLIENTS[name])
                if name in CLIENTS
                else super().translate_path(path)
            )

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    def handler(*values: object) -> Site:
        return Site(*values, directory=str(SHOP))  # type: ignore[arg-type]

    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(10)
