"""What receipts say, on paper and aloud."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app.documents import NotMaskedError, ReceiptKind, ReceiptModel, page_of, read_aloud, text_of
from kiosk_app.documents.page import Code
from kiosk_app.documents.words import LANGUAGES, words
from tests.kiosk_app.documents.samples import (
    ACCEPTED,
    ALL,
    APPOINTMENT,
    DONE,
    ENGLISH,
    PAID,
    PENDING,
    SLIP,
    URL,
    name_of,
)


def printed(model: ReceiptModel) -> str:
    return "\n".join(text_of(model))


def said(model: ReceiptModel) -> str:
    return "\n".join(read_aloud(model))


def test_an_acceptance_receipt_has_everything_in_the_order_of_the_form() -> None:
    assert text_of(ACCEPTED) == (
        "西城区政务服务中心",
        "受理回执",
        "自助服务终端",
        "受理编号",
        "XC-2026-1122-000123",
        "办理事项 高龄老年人津贴申领（80 周岁以上）",
        "申请人 张*华",
        "证件号码 33**************18",
        "受理部门 德胜街道市民活动中心（社会事务科）",
        "受理时间 2026年11月22日 10:23",
        "承诺办结 2027年1月5日前（30 个工作日）",
        "领取方式 本人持本回执到原窗口领取，或 EMS 邮寄到家里",
        "费用 免费",
        "材料",
        "1. 《常住人口登记表》（已核验）",
        "2. 人像采集（已完成）",
        "接下来",
        "1. 街道会打电话或上门核实。",
        "带本人身份证到西城区政务服务中心 3 号综合窗口，报受理编号就能领。",
        "扫码查进度 · 验真伪",
        "防伪校验码 8F3K-2Q7M",
        "咨询投诉热线",
        "66007070 · 12345",
        "办不了、看不清？请按屏幕上的“呼叫帮助”",
        "终端 XC-0042",
        "流水 20261122-0042-0087",
        "本回执只证明已受理，不是办理结果。",
        "热敏纸怕光怕热，建议拍照留存。",
    )


@pytest.mark.parametrize("model", ALL, ids=name_of)
def test_every_receipt_carries_both_hotlines(model: ReceiptModel) -> None:
    for text in (printed(model), said(replace(model, hotlines=("66008888",)))):
        assert "66007070" in text
        assert "12345" in text


def test_a_pending_receipt_says_that_nothing_was_accepted_and_promises_nothing() -> None:
    text = printed(replace(PENDING, track_url=URL, title="受理回执"))
    assert "待上传，未受理" in text
    assert "请勿重复办理" in text
    assert "暂存编号\nL20261122-0042-0087" in text
    for word in ("受理回执", "受理编号", "受理时间", "承诺办结", "2027", "8F3K-2Q7M", "验真伪"):
        assert word not in text


def test_a_pending_receipt_without_a_lookup_address_has_no_code() -> None:
    assert not [line for line in page_of(PENDING).lines if isinstance(line, Code)]


def test_an_english_pending_receipt_says_the_same() -> None:
    text = printed(replace(ENGLISH, kind=ReceiptKind.PENDING))
    assert "not yet accepted" in text
    assert "Please do not apply again" in text
    assert "Done by" not in text


def test_a_reprint_is_marked_with_its_count() -> None:
    assert "【补打件 第 2 次】" in text_of(APPOINTMENT)
    assert "补打件" not in printed(ACCEPTED)


def test_a_finished_case_has_its_own_headline_and_no_promised_date() -> None:
    assert text_of(DONE)[1] == "领取单"
    assert text_of(replace(DONE, title=""))[1] == "办结回执"
    assert "承诺办结" not in printed(DONE)


def test_an_appointment_says_when_where_and_how() -> None:
    for text in (printed(APPOINTMENT), said(APPOINTMENT)):
        for fact in ("2026年11月25日 上午 9:00–10:00", "西城区政务服务中心一层 3 号窗口", "手机号后四位"):
            assert fact in text


@pytest.mark.parametrize("model", ALL, ids=name_of)
def test_the_ear_gets_every_fact_that_the_eye_gets(model: ReceiptModel) -> None:
    facts = [model.centre, model.service, model.number, model.applicant, model.id_masked, model.department]
    facts += [model.pickup, model.fee, *model.materials, *model.lines, *model.next, model.terminal, model.serial]
    facts += [
        line.split(" ", 1)[1] for line in text_of(model) if line.startswith(("承诺办结", "防伪校验码", "受理时间"))
    ]
    aloud = said(model)
    assert [fact for fact in facts if fact.rstrip("。.") not in aloud] == []


@pytest.mark.parametrize("model", ALL, ids=name_of)
def test_sentences_are_whole(model: ReceiptModel) -> None:
    for sentence in read_aloud(model):
        assert sentence.endswith(("。", "."))
        assert "：。" not in sentence
        assert "。。" not in sentence


@pytest.mark.parametrize(("name", "number"), [("张建华", "33**************18"), ("张*华", "330721195001010018")])
def test_a_name_or_number_in_full_is_refused_without_repeating_it(name: str, number: str) -> None:
    with pytest.raises(NotMaskedError) as caught:
        replace(ACCEPTED, applicant=name, id_masked=number)
    assert name not in str(caught.value)
    assert number not in str(caught.value)


def test_the_representation_of_a_receipt_tells_nothing_personal() -> None:
    assert "张" not in repr(ACCEPTED)
    assert "33*" not in repr(ACCEPTED)


def test_both_languages_have_the_same_words() -> None:
    tables = [words(lang).keys() for lang in LANGUAGES]
    assert tables[0] == tables[1]


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        text_of(replace(ACCEPTED, lang="fr"))


def test_a_child_s_receipt_names_the_guardian_masked_and_only_then() -> None:
    child = replace(ACCEPTED, applicant="李*", guardian="王*芳")
    assert "监护人 王*芳" in text_of(child)
    assert "监护人：王*芳。" in said(child)
    assert "Guardian 王*芳" in text_of(replace(ENGLISH, guardian="王*芳"))
    assert "监护人" not in printed(ACCEPTED)
    assert "王" not in repr(child)
    with pytest.raises(NotMaskedError):
        replace(ACCEPTED, guardian="王芳芳")


def test_what_was_paid_stands_on_paper_with_whom_and_under_which_number() -> None:
    lines = text_of(PAID)
    for line in ("已付金额 86.40 元", "收款单位 样例自来水公司", "缴费编号 PY-7K3M-9QXW-2TRB"):
        assert line in lines
    assert "应付金额" not in printed(PAID)


def test_an_amount_of_which_nobody_knows_whether_it_came_is_not_called_paid() -> None:
    lines = text_of(SLIP)
    assert "应付金额 86.40 元" in lines
    assert "已付" not in printed(SLIP)
    # The payment's number is the number of this slip, and stands there once.
    assert printed(SLIP).count("PY-7K3M-9QXW-2TRB") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_demonstration_says_on_paper_and_aloud_that_no_money_moved(lang: str) -> None:
    body = words(lang)["simulated.body"]
    model = replace(PAID, lang=lang)
    assert body.replace(" ", "") in printed(model).replace(" ", "").replace("\n", "")
    assert body in said(model)
    assert body not in said(replace(model, simulated=False))
