"""Number plates of cars (GA 36): the character of the province, a letter, five or six letters and digits."""

from __future__ import annotations

import re

from kiosk_app.services.model import Choice, Text

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which would be taken for 1 and 0."""
SHORTEST = 7
LONGEST = 8
"""New-energy cars have one character more."""
_PROVINCES = (
    ("京", "Jing", "北京", "Beijing"),
    ("津", "Jin", "天津", "Tianjin"),
    ("冀", "Ji", "河北", "Hebei"),
    ("晋", "Jin", "山西", "Shanxi"),
    ("蒙", "Meng", "内蒙古", "Inner Mongolia"),
    ("辽", "Liao", "辽宁", "Liaoning"),
    ("吉", "Ji", "吉林", "Jilin"),
    ("黑", "Hei", "黑龙江", "Heilongjiang"),
    ("沪", "Hu", "上海", "Shanghai"),
    ("苏", "Su", "江苏", "Jiangsu"),
    ("浙", "Zhe", "浙江", "Zhejiang"),
    ("皖", "Wan", "安徽", "Anhui"),
    ("闽", "Min", "福建", "Fujian"),
    ("赣", "Gan", "江西", "Jiangxi"),
    ("鲁", "Lu", "山东", "Shandong"),
    ("豫", "Yu", "河南", "Henan"),
    ("鄂", "E", "湖北", "Hubei"),
    ("湘", "Xiang", "湖南", "Hunan"),
    ("粤", "Yue", "广东", "Guangdong"),
    ("桂", "Gui", "广西", "Guangxi"),
    ("琼", "Qiong", "海南", "Hainan"),
    ("渝", "Yu", "重庆", "Chongqing"),
    ("川", "Chuan", "四川", "Sichuan"),
    ("贵", "Gui", "贵州", "Guizhou"),
    ("云", "Yun", "云南", "Yunnan"),
    ("藏", "Zang", "西藏", "Tibet"),
    ("陕", "Shan", "陕西", "Shaanxi"),
    ("甘", "Gan", "甘肃", "Gansu"),
    ("青", "Qing", "青海", "Qinghai"),
    ("宁", "Ning", "宁夏", "Ningxia"),
    ("新", "Xin", "新疆", "Xinjiang"),
)
PROVINCES = tuple(Choice(char, Text(f"{char}，{zh}", f"{read}, {en}, {char}")) for char, read, zh, en in _PROVINCES)
"""In the order of GB/T 2260. The words are for the ear, how the character is called first: several sound alike."""
CHARACTERS = frozenset(choice.value for choice in PROVINCES)
_TAIL = re.compile(f"[{LETTERS}0-9]*")


def fault(plate: str) -> str:
    """Return what is wrong with the characters of a plate as far as it goes: `plate-province`, `plate-letter` or
    `plate-characters`, the keys of sentences; empty when nothing is. Its length is not judged.
    """
    if plate[:1] not in CHARACTERS:
        return "plate-province"
    if len(plate) > 1 and plate[1] not in LETTERS:
        return "plate-letter"
    return "" if _TAIL.fullmatch(plate[2:]) else "plate-characters"
