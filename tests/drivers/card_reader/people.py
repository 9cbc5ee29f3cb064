"""Invented people for virtual cards."""

from __future__ import annotations

from typing import Any

RESIDENT: dict[str, Any] = {
    "layout": "resident",
    "name": "测试甲",
    "sex": "女",
    "nation": "汉",
    "birth": "1949-12-31",
    "address": "北京市朝阳区虚构路1号",
    "id_number": "11010519491231002X",
    "authority": "虚构市公安局测试分局",
    "valid_from": "2020-01-01",
    "valid_to": None,
    "photo": "resident-1",
}

HMT: dict[str, Any] = {
    "layout": "hmt",
    "name": "測試乙",
    "sex": "male",
    "birth": "1990-01-01",
    "address": "北京市虚构区示例街2号",
    "id_number": "810000199001010019",
    "authority": "虚构市公安局",
    "valid_from": "2020-01-01",
    "valid_to": "2025-01-01",
    "pass_number": "H00000000",
}

FOREIGNER_2017: dict[str, Any] = {
    "layout": "foreigner2017",
    "latin_name": "TEST, PERSON ALPHA",
    "name": "测试丙",
    "sex": "1",
    "birth": "1980-01-01",
    "id_number": "XXX000000000000",
    "nationality": "XXX",
    "valid_from": "2018-01-01",
    "valid_to": "2028-01-01",
}

FOREIGNER_2023: dict[str, Any] = {
    "layout": "foreigner2023",
    "latin_name": "TEST, PERSON BRAVO WITH A RATHER LONG SURNAME",
    "name": "测试丁",
    "sex": "2",
    "birth": "1981-08-03",
    "id_number": "911124198108030024",
    "nationality": "XXX",
    "valid_from": "2023-12-01",
    "valid_to": "2033-12-01",
}
