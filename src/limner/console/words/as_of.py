"""Words of the choice between the last build and now."""

from limner.core.words import Words

LABEL = Words("As of", "数据截至")
BUILD = Words("The last build, {day}", "上次构建（{day}）")
NOW = Words("Now, {day}, with everything that has arrived", "此刻（{day}），含已到达的全部事件")
NEWER = Words(
    "{count:event has|events have} arrived since the last build ({day}). As of the build that does not count; as of now it does, "
    "and whoever entered since then is in.",
    "上次构建（{day}）之后又到达 {count} 个事件。按上次构建统计时不计入；按此刻统计时计入，由此进入的客户也包含在内。",
)
NONE_NEWER = Words(
    "Nothing has arrived since the last build ({day}); as of now only the time that has passed makes a difference.",
    "上次构建（{day}）之后没有新事件；按此刻统计只反映时间的推移。",
)
SIZE_NOW = Words(
    "As of now, {day}, {customers} of {everyone:customer is|customers are} in it; at the last build, {built}, {before:was|were}.",
    "截至此刻（{day}），{everyone} 位客户中有 {customers} 位在内；上次构建（{built}）时为 {before} 位。",
)
BELOW = Words(
    "What stands below describes them as of the last build. Model scores, RFM groups and look-alikes are those of the "
    "build, also as of now.",
    "以下内容按上次构建描述这些客户。即使按此刻统计，模型分、RFM 分组与相似人群也仍取自上次构建。",
)
