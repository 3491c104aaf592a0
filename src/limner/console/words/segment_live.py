"""Words of a segment as it lives."""

from limner.core.words import Words

LIVE = Words("Live", "实时")
LIVE_L = Words(
    "Who enters and leaves with every event, as of today, {day}; this card keeps itself up to date.",
    "随每个事件进入与离开的客户，截至今日（{day}）；本卡片自动更新。",
)
ENTERED_TODAY = Words("Entered today", "今日进入")
ENTERED_TODAY_M = Words("Customers whom an event of today put in.", "因今日的事件而进入的客户。")
LEFT_TODAY = Words("Left today", "今日离开")
LEFT_TODAY_M = Words(
    "Customers whom an event or the passing of time took out.", "因事件或时间推移而离开的客户。"
)
KEPT = Words("Active and in it now", "活跃且此刻在其中")
KEPT_M = Words(
    "Of the customers who did something since they are watched event by event, those who are in the segment "
    "as of today. Everybody else is as the last build left them.",
    "自逐事件监测以来有过行为的客户中，截至今日在该人群内的人数。其余客户以上次构建为准。",
)
ENTERED = Words("Entered", "进入")
LEFT = Words("Left", "离开")
CAME = Words("entered", "进入")
WENT = Words("left", "离开")
NEWEST = Words("Newest first", "最新在前")
PICTURE = Words("Who entered and left over {days} days", "{days} 天内的进入与离开")
NOBODY = Words(
    "Nobody entered or left in the last {days} days. The moment an event makes somebody fit the rule, "
    "or no longer, it stands here.",
    "近 {days} 天无客户进入或离开。一旦有事件使客户符合或不再符合规则，就会立即显示在这里。",
)
BY_BUILD = Words(
    "Counted at the last build, as of {day}; the card “Live” tells who came and went since then.",
    "按上次构建统计，数据截至 {day}；“实时”卡片显示此后的进入与离开。",
)
