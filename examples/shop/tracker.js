// Loads the tracking client and points it at one's own server: all a shop has to change.
//
// Where to send is asked once, from the URL (?server=http://localhost:8000&write_key=...) or the
// form at the foot of each page, and kept in this browser. `?sdk=rudder` takes RudderStack's client
// in place of Segment's; the shop's own calls are the same.
(() => {
  "use strict";

  const asked = new URLSearchParams(location.search);
  const kept = JSON.parse(localStorage.getItem("shop.tracker") || "{}");
  const settings = {
    server: (asked.get("server") || kept.server || "http://localhost:8000").replace(/\/+$/, ""),
    writeKey: asked.get("write_key") || kept.writeKey || "",
    sdk: asked.get("sdk") || kept.sdk || "segment",
  };
  localStorage.setItem("shop.tracker", JSON.stringify(settings));

  // Calls made before the client has arrived wait in an array until it is there.
  const METHODS = ["page", "track", "identify", "group", "alias", "reset", "ready", "setAnonymousId"];

  function script(source, arrived = () => {}) {
    const element = document.createElement("script");
    element.async = true;
    element.src = source;
    element.addEventListener("load", arrived);
    document.head.append(element);
  }

  const CLIENTS = {
    // analytics.js: both the settings and the events are at the server named here.
    segment() {
      const waiting = [];
      for (const method of METHODS) {
        waiting[method] = (...values) => waiting.push([method, ...values]);
      }
      waiting._writeKey = settings.writeKey;
      waiting._cdn = settings.server;
      waiting._loadOptions = {
        integrations: {
          "Segment.io": {
            apiHost: settings.server.replace(/^https?:\/\//, "") + "/v1",
            protocol: settings.server.startsWith("http:") ? "http" : "https",
          },
        },
      };
      window.analytics = waiting;
      script("analytics.js");
    },

    // RudderStack's client as its npm package builds it: the same two, under other names.
    rudder() {
      const waiting = [];
      window.analytics = Object.fromEntries(
        METHODS.map((method) => [method, (...values) => waiting.push([method, values])]),
      );
      script("rudder.js", () => {
        window.analytics = new window.rudderanalytics.RudderAnalytics();
        window.analytics.load(settings.writeKey, settings.server, {
          configUrl: settings.server,
          useBeacon: asked.get("beacon") === "true",
        });
        for (const [method, values] of waiting) window.analytics[method](...values);
      });
    },
  };

  const silent = Object.fromEntries(METHODS.map((method) => [method, () => {}]));
  if (settings.writeKey && CLIENTS[settings.sdk]) CLIENTS[settings.sdk]();
  else window.analytics = silent;

  window.tracker = {
    settings,
    save(server, writeKey) {
      localStorage.setItem("shop.tracker", JSON.stringify({ ...settings, server, writeKey }));
      location.href = location.pathname;
    },
  };
})();
