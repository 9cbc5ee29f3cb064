"""Code tables of the identity card: sexes (GB/T 2261.1) and nations (GB/T 3304)."""

from __future__ import annotations

from enum import StrEnum


class Sex(StrEnum):
    """GB/T 2261.1."""

    UNKNOWN = "unknown"
    MALE = "male"
    FEMALE = "female"
    UNSTATED = "unstated"


SEX_CODES = {"0": Sex.UNKNOWN, "1": Sex.MALE, "2": Sex.FEMALE, "9": Sex.UNSTATED}

_SEX_NAMES = {
    Sex.UNKNOWN: {"zh": "未知", "en": "Unknown"},
    Sex.MALE: {"zh": "男", "en": "Male"},
    Sex.FEMALE: {"zh": "女", "en": "Female"},
    Sex.UNSTATED: {"zh": "未说明", "en": "Not stated"},
}

# In the order of their codes, from 01.
_NATIONS = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 "
    "塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)

NATIONS: dict[str, str] = {f"{number:02d}": name for number, name in enumerate(_NATIONS.split(), 1)} | {
    "97": "其他",
    "98": "外国血统",
}


def sex_name(sex: Sex, lang: str = "zh") -> str:
    """Return 男, 女, 未知, 未说明 or the English word."""
    return _SEX_NAMES[sex]["en" if lang == "en" else "zh"]


def nation_name(code: str) -> str:
    """Return the nation's Chinese name without 族, or "" for a code that GB/T 3304 does not list."""
    return NATIONS.get(code, "")
