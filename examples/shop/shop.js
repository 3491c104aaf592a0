// A small tea shop. What matters to a reader is each `analytics.` call: the names and properties
// are those of the e-commerce specification that Segment and RudderStack share.
(() => {
  "use strict";

  const CURRENCY = "USD";
  const PRODUCTS = [
    { id: "tea-longjing", en: "Longjing green tea, 100 g", zh: "龙井绿茶 100 克", category: "Tea", price: 18.5, picture: "🍃" },
    { id: "tea-puer", en: "Aged pu'er cake, 357 g", zh: "陈年普洱茶饼 357 克", category: "Tea", price: 42, picture: "🍂" },
    { id: "tea-oolong", en: "Tieguanyin oolong, 150 g", zh: "铁观音乌龙茶 150 克", category: "Tea", price: 24, picture: "🌿" },
    { id: "pot-yixing", en: "Yixing clay teapot", zh: "宜兴紫砂壶", category: "Teaware", price: 65, picture: "🫖" },
    { id: "cup-celadon", en: "Celadon cup, pair", zh: "青瓷对杯", category: "Teaware", price: 29.9, picture: "🍵" },
    { id: "tray-bamboo", en: "Bamboo tea tray", zh: "竹制茶盘", category: "Teaware", price: 38, picture: "🎋" },
  ];
  const WORDS = {
    shop: ["Kiln & Leaf", "窑与叶"], tea: ["Tea and teaware", "茶与茶器"], all: ["All products", "全部商品"],
    cart: ["Cart", "购物车"], signIn: ["Sign in", "登录"], signOut: ["Sign out", "退出登录"],
    add: ["Add to cart", "加入购物车"], added: ["In your cart.", "已加入购物车。"], remove: ["Remove", "移除"],
    empty: ["Your cart is empty.", "购物车是空的。"], total: ["Total", "合计"], checkout: ["Check out", "去结算"],
    pay: ["Pay now", "立即支付"], thanks: ["Thank you! Your order is", "谢谢！您的订单号是"],
    hello: ["Welcome", "欢迎您"], name: ["Name", "姓名"], email: ["E-mail", "电子邮箱"],
    card: ["Loyalty card (optional)", "会员卡号（可不填）"], server: ["Limner server", "Limner 服务器"],
    key: ["Write key", "写入密钥"], save: ["Save", "保存"],
    sending: ["Events go to", "事件发送到"], notSending: [
      "No write key yet, so nothing is sent. Make one with: limner source add web",
      "还没有写入密钥，因此不发送事件。创建密钥：limner source add web",
    ],
  };

  const asked = new URLSearchParams(location.search);
  const kept = (key, otherwise) => JSON.parse(localStorage.getItem("shop." + key) || "null") ?? otherwise;
  const keep = (key, value) => localStorage.setItem("shop." + key, JSON.stringify(value));

  const chosen = asked.get("lang") || kept("language", navigator.language);
  const language = chosen.startsWith("zh") ? "zh" : "en";
  keep("language", language);
  document.documentElement.lang = language;
  const say = (word) => WORDS[word][language === "zh" ? 1 : 0];
  const money = (amount) => new Intl.NumberFormat(language, { style: "currency", currency: CURRENCY }).format(amount);
  const cents = (amount) => Math.round(amount * 100) / 100;

  // Texts reach the page as text, never as markup: a name may hold anything.
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }
  const link = (target, text) => element("a", { href: target }, text);
  const field = (id, label, attributes) =>
    element("label", { for: id }, label, element("input", { id, name: id, ...attributes }));

  const product = (id) => PRODUCTS.find((each) => each.id === id);
  const tracked = (item, quantity) => ({
    product_id: item.id, name: item[language], category: item.category, price: item.price,
    ...(quantity ? { quantity } : {}),
  });
  const lines = () => Object.entries(kept("cart", {})).map(([id, quantity]) => ({ item: product(id), quantity }));
  const total = () => cents(lines().reduce((sum, line) => sum + line.item.price * line.quantity, 0));
  const cartId = () => {
    if (!kept("cartId")) keep("cartId", crypto.randomUUID?.() ?? String(Date.now()));
    return kept("cartId");
  };

  const main = document.getElementById("main");
  const show = (...nodes) => main.replaceChildren(...nodes);
  const heading = (text) => element("h1", {}, text);

  const PAGES = {
    index() {
      analytics.page("Home");
      analytics.track("Product List Viewed", { list_id: "all", products: PRODUCTS.map((item) => tracked(item)) });
      show(heading(say("tea")), element("ul", { class: "shelf" }, ...PRODUCTS.map((item) =>
        element("li", {}, element("a", { href: "product.html?id=" + item.id },
          element("span", { class: "picture", "aria-hidden": "true" }, item.picture),
          element("span", {}, item[language]), element("strong", {}, money(item.price)))))));
    },

    product() {
      const item = product(asked.get("id")) || PRODUCTS[0];
      analytics.page("Product", { name: "Product", product_id: item.id });
      analytics.track("Product Viewed", { ...tracked(item), currency: CURRENCY });
      const note = element("p", { role: "status", id: "note" });
      show(heading(item[language]), element("p", { class: "picture", "aria-hidden": "true" }, item.picture),
        element("p", {}, element("strong", {}, money(item.price))),
        element("button", {
          id: "add",
          onclick() {
            const cart = kept("cart", {});
            keep("cart", { ...cart, [item.id]: (cart[item.id] || 0) + 1 });
            analytics.track("Product Added", { ...tracked(item, 1), cart_id: cartId(), currency: CURRENCY });
            note.replaceChildren(say("added") + " ", link("cart.html", say("cart")));
            frame();
          },
        }, say("add")), note);
    },

    cart() {
      analytics.page("Cart");
      analytics.track("Cart Viewed", {
        cart_id: cartId(), products: lines().map((line) => tracked(line.item, line.quantity)),
      });
      drawCart();
    },

    checkout() {
      analytics.page("Checkout");
      if (!lines().length) return show(heading(say("checkout")), element("p", {}, say("empty")));
      analytics.track("Checkout Started", {
        value: total(), currency: CURRENCY, products: lines().map((line) => tracked(line.item, line.quantity)),
      });
      show(heading(say("checkout")), table(), element("button", { id: "pay", onclick: pay }, say("pay")));
    },

    "sign-in"() {
      analytics.page("Sign In");
      const form = element("form", { id: "sign-in", onsubmit: signIn },
        field("name", say("name"), { required: "", autocomplete: "name" }),
        field("email", say("email"), { type: "email", required: "", autocomplete: "email" }),
        field("loyalty_card", say("card"), { autocomplete: "off" }),
        element("button", {}, say("signIn")));
      show(heading(say("signIn")), form);
    },
  };

  function table(withRemove) {
    const rows = lines().map((line) => element("tr", {},
      element("td", {}, line.item[language]), element("td", {}, "× " + line.quantity),
      element("td", {}, money(line.item.price * line.quantity)),
      ...(withRemove ? [element("td", {}, element("button", { class: "quiet", onclick: () => remove(line) }, say("remove")))] : [])));
    const sum = element("tr", {}, element("th", { colspan: "2" }, say("total")), element("th", {}, money(total())));
    return element("table", {}, ...rows, sum);
  }

  function drawCart() {
    if (!lines().length) return show(heading(say("cart")), element("p", {}, say("empty")), link("index.html", say("all")));
    show(heading(say("cart")), table(true), element("p", {}, element("a", { class: "button", href: "checkout.html" }, say("checkout"))));
  }

  function remove({ item, quantity }) {
    const { [item.id]: _, ...others } = kept("cart", {});
    keep("cart", others);
    analytics.track("Product Removed", { ...tracked(item, quantity), cart_id: cartId() });
    drawCart();
    frame();
  }

  function pay() {
    const bought = lines();
    const orderId = "web-" + Date.now().toString(36) + Math.floor(Math.random() * 1296).toString(36);
    analytics.track("Order Completed", {
      order_id: orderId, total: total(), revenue: total(), currency: CURRENCY,
      products: bought.map((line) => tracked(line.item, line.quantity)),
    });
    keep("cart", {});
    keep("cartId", null);
    show(heading(say("thanks")), element("p", { id: "order" }, orderId), link("index.html", say("all")));
    frame();
  }

  function signIn(event) {
    event.preventDefault();
    const { name, email, loyalty_card: card } = Object.fromEntries(new FormData(event.target));
    const userId = "member-" + email.trim().toLowerCase().replace(/[^a-z0-9]+/g, "-");
    keep("member", { userId, name });
    analytics.identify(userId, { name, email, ...(card ? { loyalty_card: card } : {}) });
    analytics.track("Signed In", { method: "email" });
    show(heading(`${say("hello")}, ${name}`), link("index.html", say("all")));
    frame();
  }

  function signOut() {
    analytics.track("Signed Out");
    analytics.reset();
    keep("member", null);
    frame();
  }

  function frame() {
    const member = kept("member");
    const count = lines().reduce((sum, line) => sum + line.quantity, 0);
    const other = language === "zh" ? ["en", "English"] : ["zh", "中文"];
    const here = new URLSearchParams({ ...(asked.get("id") ? { id: asked.get("id") } : {}), lang: other[0] });
    document.getElementById("header").replaceChildren(
      element("a", { class: "brand", href: "index.html" }, say("shop")),
      element("nav", {}, link("cart.html", `${say("cart")} (${count})`),
        member
          ? element("span", {}, member.name + " ", element("button", { class: "quiet", id: "sign-out", onclick: signOut }, say("signOut")))
          : link("sign-in.html", say("signIn")),
        link("?" + here, other[1])));
    const { server, writeKey } = window.tracker.settings;
    document.getElementById("footer").replaceChildren(
      element("p", {}, writeKey ? `${say("sending")} ${server}` : say("notSending")),
      element("form", {
        onsubmit(event) {
          event.preventDefault();
          const given = new FormData(event.target);
          window.tracker.save(given.get("server"), given.get("write_key"));
        },
      },
      field("server", say("server"), { type: "url", required: "", value: server }),
      field("write_key", say("key"), { required: "", value: writeKey, autocomplete: "off" }),
      element("button", { class: "quiet" }, say("save"))));
  }

  const TITLES = { index: say("tea"), cart: say("cart"), checkout: say("checkout"), "sign-in": say("signIn") };
  document.title = `${TITLES[document.body.dataset.page] ?? product(asked.get("id"))?.[language] ?? ""} · ${say("shop")}`;
  frame();
  PAGES[document.body.dataset.page]();
})();
