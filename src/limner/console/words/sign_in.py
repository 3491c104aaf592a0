"""Words of the sign-in page."""

from limner.core.words import Words

TITLE = Words("Sign in", "登录")
SAY = Words(
    "Paint every customer's portrait, act on it, and measure what it changed.",
    "为每位客户画像，据此行动，并衡量带来的改变。",
)
LOOP = (
    Words("collect", "采集"),
    Words("unify", "统一"),
    Words("understand", "洞察"),
    Words("decide", "决策"),
    Words("act", "触达"),
    Words("learn", "复盘"),
)
NAME = Words("User name", "用户名")
PASSWORD = Words("Password", "密码")
SUBMIT = Words("Sign in", "登录")
HELP = Words(
    "No account yet? An owner makes one with: limner user add",
    "还没有账户？请所有者运行：limner user add",
)
WRONG = Words(
    "The user name or the password is not right.",
    "用户名或密码不正确。",
)
LOCKED = Words(
    "Too many wrong passwords. This account is locked for a while; try again later.",
    "密码错误次数过多，该账户已被暂时锁定，请稍后再试。",
)
LANGUAGE = Words("Language", "语言")
