"""What a customer did, told in a sentence; the vocabulary is that of the Segment specification."""

from limner.core.words import Words

AND_MORE = Words("{product} and {count} more", "{product} 及另外 {count} 件")
SOMETHING = Words("something", "商品")
A_PAGE = Words("a page", "某个页面")
SOMEBODY = Words("somebody", "某用户")

# Keys of the sentences' braces: product, revenue, page, who, query, coupon, list.
TYPES = {
    "page": Words("Looked at {page}", "浏览了 {page}"),
    "screen": Words("Opened the screen {page}", "打开了界面 {page}"),
    "identify": Words("Said who they are: {who}", "表明身份：{who}"),
    "alias": Words("Went on as {who}", "后续身份为 {who}"),
    "group": Words("Joined a group", "加入了一个群组"),
}
EVENTS = {
    "Products Searched": Words("Searched for “{query}”", "搜索了“{query}”"),
    "Product List Viewed": Words("Looked through {list}", "浏览了列表 {list}"),
    "Product Viewed": Words("Looked at {product}", "浏览了 {product}"),
    "Product Clicked": Words("Clicked on {product}", "点击了 {product}"),
    "Product Shared": Words("Shared {product}", "分享了 {product}"),
    "Product Reviewed": Words("Reviewed {product}", "评价了 {product}"),
    "Product Added": Words("Put {product} into the cart", "将 {product} 加入购物车"),
    "Product Removed": Words("Took {product} out of the cart", "从购物车移除了 {product}"),
    "Product Added to Wishlist": Words("Wished for {product}", "收藏了 {product}"),
    "Product Removed from Wishlist": Words("Wishes no more for {product}", "取消收藏 {product}"),
    "Cart Viewed": Words("Looked into the cart", "查看了购物车"),
    "Checkout Started": Words("Began the checkout", "开始结算"),
    "Checkout Step Viewed": Words("Saw a step of the checkout", "查看了结算步骤"),
    "Checkout Step Completed": Words("Finished a step of the checkout", "完成了结算步骤"),
    "Payment Info Entered": Words("Gave payment details", "填写了支付信息"),
    "Order Completed": Words("Bought {product} for {revenue}", "购买了 {product}，实付 {revenue}"),
    "Order Updated": Words("Changed an order", "修改了订单"),
    "Order Cancelled": Words("Cancelled an order", "取消了订单"),
    "Order Refunded": Words("Got {revenue} back", "获得退款 {revenue}"),
    "Coupon Entered": Words("Entered the coupon {coupon}", "输入了优惠券 {coupon}"),
    "Coupon Applied": Words("Used the coupon {coupon}", "使用了优惠券 {coupon}"),
    "Coupon Denied": Words("Was denied the coupon {coupon}", "优惠券 {coupon} 未能使用"),
    "Coupon Removed": Words("Took back the coupon {coupon}", "取消了优惠券 {coupon}"),
    "Coupon Redeemed": Words("Redeemed the coupon {coupon}", "兑换了优惠券 {coupon}"),
    "Promotion Viewed": Words("Saw a promotion", "看到了促销"),
    "Promotion Clicked": Words("Clicked on a promotion", "点击了促销"),
    "Email Delivered": Words("Got an e-mail", "收到了邮件"),
    "Email Opened": Words("Opened an e-mail", "打开了邮件"),
    "Email Link Clicked": Words("Clicked a link in an e-mail", "点击了邮件中的链接"),
    "Email Bounced": Words("An e-mail came back", "邮件被退回"),
    "Email Marked as Spam": Words("Marked an e-mail as spam", "将邮件标为垃圾邮件"),
    "Unsubscribed": Words("Wants no more e-mail", "退订了邮件"),
    "Application Installed": Words("Installed the app", "安装了应用"),
    "Application Opened": Words("Opened the app", "打开了应用"),
    "Application Backgrounded": Words("Put the app aside", "将应用切到后台"),
    "Application Uninstalled": Words("Removed the app", "卸载了应用"),
    "Signed Up": Words("Signed up", "注册了账户"),
    "Signed In": Words("Signed in", "登录了"),
    "Signed Out": Words("Signed out", "退出登录"),
    "Feedback Received": Words("Gave feedback", "提交了反馈"),
    "Segment Entered": Words("Entered the segment {segment}", "进入人群“{segment}”"),
    "Segment Exited": Words("Left the segment {segment}", "离开人群“{segment}”"),
}
# What is said where the event tells no amount.
WITHOUT_AMOUNT = {
    "Order Completed": Words("Bought {product}", "购买了 {product}"),
    "Order Refunded": Words("Got money back", "获得退款"),
}
UNREADABLE = Words("An event that could not be read ({type})", "无法识别的事件（{type}）")
KINDS = {
    "purchase": Words("Purchases", "购买"),
    "shopping": Words("Shopping", "选购"),
    "visit": Words("Visits", "浏览"),
    "identity": Words("Identity", "身份"),
    "message": Words("Messages", "消息"),
    "segment": Words("Segments", "人群"),
    "other": Words("Other", "其他"),
}
EVERYTHING = Words("Everything", "全部")
