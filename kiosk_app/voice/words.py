"""The narrator's own words: what things are, in what state, where in a list. Kind, short, the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping

ROLES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "heading": "标题",
        "notice": "提示",
        "button": "按钮",
        "tile": "按钮",
        "card": "按钮",
        "toggle": "开关",
        "choice": "选项",
        "option": "选项",
        "field": "输入框",
        "status": "状态",
        "progress": "进度",
        "picture": "图片",
        "code": "二维码",
        "checkbox": "复选框",
        "radio": "选项",
    },
    "en": {
        "heading": "heading",
        "notice": "notice",
        "button": "button",
        "tile": "button",
        "card": "button",
        "toggle": "switch",
        "choice": "choice",
        "option": "choice",
        "field": "text box",
        "status": "status",
        "progress": "progress",
        "picture": "picture",
        "code": "QR code",
        "checkbox": "check box",
        "radio": "choice",
    },
}
"""What a thing is called; a role that is not here (text, fact) is not named at all."""

PHRASES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "comma": "，",
        "position": "第{n}项，共{of}项",
        "step": "第{n}步，共{of}步",
        "checked": "已选中",
        "unchecked": "未选中",
        "on": "已打开",
        "off": "没打开",
        "disabled": "现在不能用",
        "current": "正在填",
        "required": "必填",
        "invalid": "这里要改一下",
        "empty": "还没填",
        "filled": "已填",
        "hidden_field": "内容不念出来，想听请插上耳机",
        "hidden": "屏幕上有，按住看一下可以看",
        "hidden_change": "有一条新消息，请看屏幕",
        "progress": "已完成{n}",
        "no_hint": "这里没有更多说明",
        "nothing": "还没有说过话",
        "slower": "慢一点",
        "faster": "快一点",
        "louder": "大声一点",
        "softer": "小声一点",
        "slowest": "已经最慢了",
        "fastest": "已经最快了",
        "loudest": "已经最大声了",
        "softest": "已经最小声了",
        "headphones_in": "已插上耳机，个人内容只在耳机里念",
        "headphones_out": "耳机拔掉了，先停下。个人内容不念了。",
        "again": "想接着听，请按重复键。",
        "again.ez-access": "想接着听，请按住双左箭头键。",
        "again.two-switch": "",
        "again.one-switch": "",
        "idle": "还需要时间吗？还有{n}秒清屏。碰一下屏幕就继续。",
        "orientation": "我来念给您听，按任意键打断。屏幕下面，从左到右是：键盘、扫码窗、刷身份证处、出纸口、耳机孔。"
        "个人内容，请插耳机听。",
        "here": "这一页",
        "stands_at": "现在停在",
        "go_on": "按上下键换一项，圆键选中，叉键返回。按重复键再念一遍，加减键调声音。",
        "go_on.ez-access": "按上下键换一项，圆键选中，左箭头键返回。"
        "按住双左箭头键再念一遍，按住双右箭头键暂停。加减键调声音。",
        "go_on.two-switch": "第一个开关换一项，第二个开关选中。",
        "go_on.one-switch": "按一下开关，就一项一项往下走。再按一下选中。",
        "corner": "屏幕左下角按住三秒，可以换使用方式。",
        "nothing_now": "现在没有在念",
        "paused": "停在这里，再按一次接着念",
        "paused.ez-access": "停在这里，再按住双右箭头键接着念",
        "typed": "已输入{n}",
        "erased": "删掉了，还有{n}",
        "cleared": "清空了",
        "digit": "位",
        "digits": "位",
        "letter": "个字",
        "letters": "个字",
        "space": "空格",
        "sign": "标点",
        "hidden_rest": "个人内容没有念。想听，请插上耳机，或者在使用方式里选念出声。",
        "hidden_words": "这些是您的个人内容，想听请插上耳机",
        "helped": "有人在帮忙，个人内容不念",
    },
    "en": {
        "comma": ", ",
        "position": "item {n} of {of}",
        "step": "step {n} of {of}",
        "checked": "selected",
        "unchecked": "not selected",
        "on": "on",
        "off": "off",
        "disabled": "not available now",
        "current": "current",
        "required": "required",
        "invalid": "please change this",
        "empty": "empty",
        "filled": "filled in",
        "hidden_field": "not read aloud. Plug in headphones to hear it",
        "hidden": "it is on the screen. Hold the Look button to see it",
        "hidden_change": "there is news, please look at the screen",
        "progress": "{n} done",
        "no_hint": "there is no more help here",
        "nothing": "nothing has been said yet",
        "slower": "slower",
        "faster": "faster",
        "louder": "louder",
        "softer": "softer",
        "slowest": "this is the slowest",
        "fastest": "this is the fastest",
        "loudest": "this is the loudest",
        "softest": "this is the quietest",
        "headphones_in": "headphones are in. Personal words are read in them only",
        "headphones_out": "Headphones are out, so I stopped. Personal words are no longer read.",
        "again": "Press repeat to go on.",
        "again.ez-access": "Hold the double left arrow to go on.",
        "again.two-switch": "",
        "again.one-switch": "",
        "idle": "Do you need more time? {n} seconds until the screen clears. Touch the screen to go on.",
        "orientation": "I read to you; any key stops me. Below the screen, from left to right: keypad, scanner, "
        "card reader, paper slot, headphone jack. For private words, plug in headphones.",
        "here": "this page",
        "stands_at": "you are at",
        "go_on": "Up and down move, the round key selects, the cross goes back. "
        "Repeat says it again, plus and minus set the sound.",
        "go_on.ez-access": "Up and down move, the round key selects, the left arrow goes back. "
        "Hold the double left arrow to hear it again, the double right arrow to pause. Plus and minus set the sound.",
        "go_on.two-switch": "The first switch moves on, the second one selects.",
        "go_on.one-switch": "Press the switch, and I go from item to item. Press again to select.",
        "corner": "Hold the lower left corner of the screen for other ways.",
        "nothing_now": "nothing is being read now",
        "paused": "Paused. Press again to go on",
        "paused.ez-access": "Paused. Hold the double right arrow to go on",
        "typed": "{n} entered",
        "erased": "deleted, {n} left",
        "cleared": "cleared",
        "digit": "digit",
        "digits": "digits",
        "letter": "character",
        "letters": "characters",
        "space": "space",
        "sign": "sign",
        "hidden_rest": "Private words were not read. To hear them, plug in headphones, or choose them under Ways.",
        "hidden_words": "these are private words. Plug in headphones to hear them",
        "helped": "somebody is helping, private words are not read",
    },
}


def role(name: str, lang: str) -> str:
    """What a thing is called, or an empty word."""
    return ROLES.get(lang, ROLES["zh"]).get(name, "")


def phrase(key: str, lang: str, **slots: str) -> str:
    """One phrase with its slots filled."""
    return PHRASES.get(lang, PHRASES["zh"])[key].format(**slots)


def for_keypad(key: str, keypad: str, lang: str) -> str:
    """One phrase as it is on this keypad (a key map of `ui.keymap`): where its keys differ, `key.keypad` is said."""
    return phrase(own if (own := f"{key}.{keypad}") in PHRASES["zh"] else key, lang)


def join(parts: tuple[str, ...], lang: str) -> str:
    """Join what is not empty with the language's comma."""
    comma = phrase("comma", lang)
    stops = "。！？，；.!?,; "
    return comma.join(p.strip(stops) for p in parts if p.strip(stops))
