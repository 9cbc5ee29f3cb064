"""Sample views, one for each layout, in Chinese and English: what the pictures of the design show. Invented people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk_app.services.plates import PROVINCES
from kiosk_app.services.regions import regions as table
from ui.view import Action, Chrome, Look, Node, Option, Panel, Privacy, Role, ScreenView, Slot, Tone

PRESS = (Action.PRESS,)
EDIT = (Action.EDIT, Action.PRESS)

Words = Callable[[str, str], str]


def say(lang: str) -> Words:
    """Pick the language."""
    return (lambda zh, _en: zh) if lang == "zh" else (lambda _zh, en: en)


def chrome(w: Words) -> Chrome:
    return Chrome(
        brand=w("政务服务自助终端", "Government services"),
        place=w("西城区德胜街道 · 新风社区 03 号机", "Desheng, Xicheng · Xinfeng 03"),
        clock="09:26",
        day=w("11月22日 星期日", "Sun 22 November"),
        hotline=w("政务热线 66007070 · 市民热线 12345", "Help lines 66007070 · 12345"),
        terminal=w("本机 XC-0042", "Machine XC-0042"),
        online=True,
        online_text=w("现在没联网", "No network"),
    )


def dock(w: Words, look: Look) -> tuple[Node, ...]:
    def key(name: str, icon: str, text: str, checked: bool | None = None, style: str = "") -> Node:
        return Node(
            id=f"dock.{name}",
            role=Role.BUTTON,
            text=text,
            icon=icon,
            slot=Slot.DOCK,
            actions=PRESS,
            checked=checked,
            style=style,
        )

    if look.elder:
        return (
            key("elder", "home", w("标准版", "Standard")),
            key("voice", "voice", w("读给我听", "Read to me"), look.voice),
            key("low", "low", w("低位屏", "Low screen"), look.seated),
            key("help", "help", w("请人帮忙", "Get help"), style="primary"),
        )
    return (
        key("elder", "font", w("长辈版", "Elder")),
        key("theme", "contrast", w("高对比", "Contrast"), look.theme == "dark"),
        key("voice", "voice", w("听语音", "Voice"), look.voice),
        key("low", "low", w("低位屏", "Low"), look.seated),
        key("lang", "globe", w("English", "中文")),
        key("help", "help", w("呼叫帮助", "Call help"), style="primary"),
    )


def action(name: str, text: str, icon: str = "", style: str = "", enabled: bool = True) -> Node:
    return Node(
        id=f"actions.{name}",
        role=Role.BUTTON,
        text=text,
        icon=icon,
        style=style,
        slot=Slot.ACTIONS,
        actions=PRESS,
        enabled=enabled,
    )


def back_and_end(w: Words) -> tuple[Node, ...]:
    return (action("back", w("返回", "Back"), "back"), action("finish", w("结束", "Finish"), "exit"))


def steps(w: Words) -> tuple[str, ...]:
    return (w("看说明", "Read"), w("验身份", "Identify"), w("填一填", "Fill in"), w("核对", "Check"), w("办好", "Done"))


def attract(w: Words, look: Look) -> ScreenView:
    facts = (
        ("apply", "edit", w("申请办事", "Apply"), w("津贴 · 登记", "Allowance")),
        ("print", "print", w("打印证明", "Print"), w("社保 · 完税", "Records")),
        ("track", "search", w("查询进度", "Track"), w("办到哪一步", "Your case")),
        ("ask", "question", w("问问政策", "Ask"), w("去哪办、带什么", "Where, how")),
    )
    ways = (
        ("touch", "touch", w("碰一下屏幕", "Touch"), w("按哪里都可以", "Anywhere")),
        ("card", "card", w("放上身份证", "ID card"), w("右下方蓝灯处", "At the blue lamp")),
        ("ears", "headphones", w("插耳机听", "Listen"), w("或按任意键", "Or press a key")),
    )
    return ScreenView(
        screen="attract",
        page="attract",
        title=w("您好，需要办什么？", "Hello, how can we help?"),
        lead=w("办事、打证明、查进度，在家门口就能办", "Apply, print and track, close to home"),
        nodes=(
            *(Node(f"about.{i}", Role.FACT, t, icon=g, note=n, slot=Slot.HERO) for i, g, t, n in facts),
            Node("start.head", Role.HEADING, w("三种开始的办法，哪种都行", "Three ways to start, all equal")),
            *(
                Node(f"start.{i}", Role.CARD, t, icon=g, note=n, actions=PRESS, current=i == "card")
                for i, g, t, n in ways
            ),
            Node("deck", Role.PICTURE, value="deck:reader"),
            Node(
                "start.elder",
                Role.CARD,
                w("长辈版", "Elder edition"),
                note=w("字大、话少、可以读给您听", "Larger words, fewer of them, read to you"),
                icon="elder",
                style="warm",
                group="elder",
                actions=PRESS,
            ),
            Node(
                "privacy",
                Role.NOTICE,
                w("用本机不收费。不留存您的身份信息，您走后自动清屏。", "Free to use. Nothing of yours is kept."),
                icon="lock",
            ),
        ),
    )


def home(w: Words, look: Look) -> ScreenView:
    tiles = (
        ("shebao", "shebao", "blue", w("社保服务", "Insurance"), w("参保证明 · 缴费记录", "Proof, payments")),
        ("yibao", "yibao", "red", w("医保服务", "Health"), w("余额查询 · 异地备案", "Balance, register")),
        ("print", "print", "green", w("证明打印", "Print"), w("32 类电子证照直印", "32 documents")),
        ("permit", "card", "violet", w("居住证", "Residence"), w("申领 · 签注 · 补办", "Permit, renew")),
        ("fund", "fund", "amber", w("公积金", "Housing"), w("提取 · 贷款进度", "Fund, loans")),
        ("ticket", "ticket", "cyan", w("预约取号", "Booking"), w("今日窗口等候 6 人", "6 people waiting")),
        ("pay", "pay", "leaf", w("生活缴费", "Bills"), w("水 · 电 · 燃气", "Water, power, gas")),
        ("all", "more", "slate", w("全部事项", "All services"), w("共 186 项可自助办理", "186 in all")),
    )
    if look.elder:
        tiles = tiles[:6]
    return ScreenView(
        screen="home",
        page="home",
        title=w("您好，请选择服务", "Please choose a service"),
        lead=w("碰一下按钮，或用盲文按键 · 可插耳机听语音", "Touch a button, use the keys, or plug in headphones"),
        nodes=(
            Node(
                "home.card",
                Role.FACT,
                w("放身份证，直接办", "Put your ID card down to go straight on"),
                note=w("读卡区在屏幕右下方，蓝灯处", "The reader is at the blue lamp, lower right"),
                icon="card",
                slot=Slot.HERO,
            ),
            Node(
                "home.head", Role.HEADING, w("常用服务", "Often used"), note=w("平均 2 分钟 · 免费", "2 minutes, free")
            ),
            *(Node(f"service.{i}", Role.TILE, t, icon=g, tint=c, note=n, actions=PRESS) for i, g, c, t, n in tiles),
            Node(
                "home.privacy",
                Role.NOTICE,
                w(
                    "本机不留存您的身份信息，离开 30 秒后自动清屏",
                    "Nothing is kept. Cleared 30 seconds after you leave.",
                ),
                style="warn",
                icon="lock",
            ),
        ),
        focus="service.print",
    )


def listing(w: Words, look: Look) -> ScreenView:
    rows = tuple(
        Node(
            f"service.S{i:02}",
            Role.CARD,
            w(zh, en),
            note=w(note, "On this machine, about 3 minutes"),
            icon="doc",
            tint="blue",
            actions=PRESS,
        )
        for i, (zh, en, note) in enumerate(
            (
                ("高龄老年人津贴申请", "Allowance for the elderly", "本机可办，约 3 分钟"),
                ("城乡居民养老认证", "Pension confirmation", "本机可办，约 2 分钟"),
                ("居住登记", "Residence registration", "本机可办，没网也能先填"),
                ("参保缴费证明打印", "Insurance record", "当场打印"),
                ("办事预约", "Appointment", "本机可办"),
                ("意见建议", "Suggestions", "不用登记身份"),
                ("无障碍设施报修", "Report a broken ramp", "不用登记身份"),
                ("残疾人两项补贴", "Disability allowance", "先看说明，去窗口办"),
            )
        )
    )
    return ScreenView(
        screen="list",
        page="list.all",
        title=w("全部事项", "All services"),
        lead=w("按一下，看怎么办", "Press one to see how it is done"),
        nodes=(*rows, *back_and_end(w)),
    )


def guide(w: Words, look: Look) -> ScreenView:
    facts = (
        (
            "who",
            "user",
            "blue",
            w("谁能办", "Who"),
            w("满 80 岁的京籍老人", "Residents of 80 and over"),
            w("家人可以代办", "Family may help"),
        ),
        (
            "bring",
            "card",
            "green",
            w("带什么", "Bring"),
            w("只带身份证", "Only your ID card"),
            w("代办的，带两个人的身份证", "Helpers: both cards"),
        ),
        (
            "time",
            "clock",
            "violet",
            w("多久办好", "How long"),
            w("20 个工作日以内", "20 working days"),
            w("今天办，12月18日前有结果", "By 18 December"),
        ),
        (
            "fee",
            "yuan",
            "amber",
            w("要花钱吗", "Cost"),
            w("不要钱", "Free"),
            w("有人收费，请打 12345", "If asked for money: 12345"),
        ),
    )
    how = (
        ("card", "card", w("放身份证", "Put card down"), w("确认是您本人", "We see it is you")),
        ("phone", "phone", w("填手机号", "Phone number"), w("其余已填好", "The rest is filled")),
        ("check", "eye", w("核对一遍", "Check"), w("可以读给您听", "We can read it")),
        ("slip", "receipt", w("拿回执", "Take the slip"), w("等短信通知", "Wait for a message")),
    )
    return ScreenView(
        screen="guide",
        page="guide.YL01",
        title=w("高龄老年人津贴", "Allowance for the elderly"),
        lead=w(
            "满 80 岁的北京老人，每月可领一份生活津贴。本人来办、家人代办都行。",
            "A monthly allowance from 80 on. You or family may apply.",
        ),
        step=1,
        steps=steps(w),
        nodes=(
            *(Node(f"guide.{i}", Role.FACT, t, value=v, note=n, icon=g, tint=c) for i, g, c, t, v, n in facts),
            Node("how", Role.HEADING, w("怎么办：四步，约 3 分钟", "How: four steps, 3 minutes"), group="steps"),
            *(Node(f"how.{i}", Role.TEXT, t, note=n, icon=g, group="steps") for i, g, t, n in how),
            Node(
                "guide.basis",
                Role.CARD,
                w(
                    "依据：北京市老年人养老服务补贴津贴管理实施办法",
                    "Basis: Beijing rules on allowances for the elderly",
                ),
                note=w(
                    "西城区民政局办理 · 按一下看全文，能听能打印", "Civil Affairs, Xicheng · full text, audio, print"
                ),
                icon="doc",
                style="quiet",
                actions=PRESS,
            ),
            Node(
                "guide.date",
                Role.TEXT,
                w("信息更新于 2026年11月20日。没网也能先填。", "As of 20 November 2026."),
                style="quiet",
            ),
            *back_and_end(w),
            action("hear", w("听一遍", "Listen"), "voice"),
            action("start", w("开始办理", "Start"), "next", "primary"),
        ),
        focus="actions.start",
    )


def identify(w: Words, look: Look) -> ScreenView:
    ways = (
        ("card", "card", w("身份证", "ID card"), w("平放在蓝灯处", "At the blue lamp"), w("最快", "Fastest")),
        ("code", "qr", w("二维码", "QR code"), w("对准中间扫码窗", "Code window"), ""),
        ("sms", "sms", w("手机验证码", "Phone code"), w("收短信填 6 位数", "Six digits by SMS"), ""),
    )
    return ScreenView(
        screen="identify",
        page="identify",
        title=w("先确认是您本人", "First, is it you?"),
        lead=w(
            "办理“高龄老年人津贴申请”。下面三种办法，选一种就行；三种都已准备好，不用先按。",
            "For the allowance. Any of the three ways will do; all are ready.",
        ),
        step=2,
        steps=steps(w),
        nodes=(
            *(
                Node(f"identify.{i}", Role.CARD, t, value=v, icon=g, note=n, actions=PRESS, current=i == "card")
                for i, g, t, n, v in ways
            ),
            Node("deck", Role.PICTURE, value="deck:reader"),
            Node(
                "identify.live",
                Role.STATUS,
                w("正在等您的身份证。放平，听到“嘀”一声再拿走。", "Waiting for your card. Leave it until the beep."),
            ),
            Node("identify.staff", Role.BUTTON, w("请工作人员作证", "Ask the staff"), icon="user", actions=PRESS),
            Node(
                "identify.privacy",
                Role.TEXT,
                w("只用来核对是您本人，办完马上从本机清除。", "Only to see that it is you; cleared at once."),
                icon="lock",
                style="aside",
            ),
            *back_and_end(w),
            action("nocard", w("我没带证件怎么办", "I have no card"), "question"),
        ),
        focus="identify.card",
    )


def form(w: Words, look: Look, panel: Panel = Panel.PHONE) -> ScreenView:
    known = (
        ("name", w("姓名", "Name"), "张*华", w("来自身份证", "ID card")),
        ("id", w("身份证号", "ID number"), "11**************28", w("来自身份证", "ID card")),
        ("addr", w("现在住址", "Address"), "西城区新风街 **号楼", w("民政局 3月", "Civil Affairs")),
        ("bank", w("收款银行卡", "Bank card"), w("社保卡 尾号 0628", "Ending 0628"), w("社保 10月", "Insurance")),
    )
    return ScreenView(
        screen="form",
        page="form.1",
        title=w("您的手机号？", "Your phone?") if look.elder else w("填一填", "Fill in"),
        lead=w("办好了，我们打电话告诉您", "We call you when it is done")
        if look.elder
        else w(
            "办高龄老年人津贴。已替您填好 4 项，您只填手机号。填好的如果有错，下一页可以改。",
            "Four entries are filled for you; only the phone is missing.",
        ),
        step=0 if look.elder else 3,
        steps=() if look.elder else steps(w),
        nodes=(
            *(
                (
                    Node(
                        "form.at",
                        Role.PROGRESS,
                        w("第 1 题，一共 2 题", "Question 1 of 2"),
                        value="1/2",
                        slot=Slot.HERO,
                    ),
                )
                if look.elder
                else tuple(
                    Node(f"known.{i}", Role.FACT, t, value=v, source=s, privacy=Privacy.PRIVATE) for i, t, v, s in known
                )
            ),
            field(w, panel),
            *back_and_end(w),
            action("next", w("填完就能去核对", "Fill in to go on"), style="primary", enabled=False),
        ),
        focus="form.phone",
    )


def field(w: Words, panel: Panel) -> Node:
    base = Node(
        "form.phone",
        Role.FIELD,
        w("您的手机号", "Your phone number"),
        value="13800138",
        note=w("用来通知您结果，不作别用", "Only to tell you the result"),
        hint=w("还差 3 位数。手机号一共 11 位。", "3 digits missing of 11."),
        privacy=Privacy.PRIVATE,
        actions=EDIT,
        current=True,
        required=True,
        panel=Panel.PHONE,
        limit=11,
    )
    match panel:
        case Panel.DIGITS:
            return replace(
                base,
                text=w("验证码", "Code"),
                value="48",
                limit=6,
                hint=w("还差 4 位数", "4 digits missing"),
                panel=panel,
            )
        case Panel.NUMBER:
            return replace(
                base,
                text=w("几口人一起住", "People at home"),
                value="12",
                limit=0,
                least="1",
                most="400",
                hint=w("1 到 400 口人", "1 to 400 people"),
                panel=panel,
            )
        case Panel.MONEY:
            return replace(
                base,
                text=w("每月房租", "Monthly rent"),
                value="1234.5",
                limit=0,
                least="0.01",
                most="50000.00",
                hint=w("最多 50,000 元", "At most 50,000 yuan"),
                panel=panel,
            )
        case Panel.ID_NUMBER:
            return replace(
                base,
                text=w("身份证号", "ID number"),
                value="1101021946",
                limit=18,
                hint=w("还差 8 位", "8 missing"),
                panel=panel,
            )
        case Panel.DATE:
            return replace(
                base,
                text=w("出生日期", "Date of birth"),
                value="1946-03-07",
                limit=0,
                hint=w("1946年3月7日", "7 March 1946"),
                panel=panel,
            )
        case Panel.MONTH:
            return replace(
                base, text=w("从哪个月起", "From which month"), value="2026-11", limit=0, hint="", panel=panel
            )
        case Panel.SELECT:
            options = tuple(
                Option(str(i), w(zh, en))
                for i, (zh, en) in enumerate(
                    (
                        ("本人", "Myself"),
                        ("配偶", "Spouse"),
                        ("儿子或女儿", "Son or daughter"),
                        ("兄弟姐妹", "Brother or sister"),
                        ("社区工作人员", "Community staff"),
                        ("别的人", "Somebody else"),
                    )
                )
            )
            return replace(
                base,
                text=w("您是本人还是家人", "Who are you"),
                value="1",
                limit=0,
                hint="",
                panel=panel,
                options=options,
            )
        case Panel.ADDRESS:
            return replace(
                base,
                text=w("现在住址", "Address"),
                value="",
                limit=60,
                hint=w("先选区", "District first"),
                panel=panel,
                options=districts(),
            )
        case Panel.PINYIN:
            return replace(base, text=w("您的建议", "Your suggestion"), value="", limit=60, hint="", panel=panel)
        case Panel.NAME:
            return replace(base, text=w("房东姓名", "Landlord's name"), value="", limit=20, hint="", panel=panel)
        case Panel.REGION:
            return replace(
                base,
                text=w("去哪里看病", "Place of treatment"),
                value="130000",
                limit=0,
                hint=w("先选省，再选市", "Province, then city"),
                panel=panel,
                options=regions(w),
            )
        case Panel.USCC:
            return replace(
                base,
                text=w("统一社会信用代码", "Credit code"),
                value="91110102MA01",
                limit=18,
                hint=w("还差 6 位", "6 missing"),
                panel=panel,
            )
        case Panel.WEB:
            return replace(base, text=w("平台地址", "Address"), value="", limit=120, hint="", panel=panel)
        case Panel.ONE_TIME:
            return replace(base, text=w("开通码", "Code"), value="7K3M", limit=16, hint="", panel=panel)
        case Panel.HEX:
            return replace(base, text=w("指纹", "Fingerprint"), value="3FA2" * 9, limit=64, hint="", panel=panel)
        case Panel.SIGNATURE:
            return replace(
                base,
                text=w("您的签名", "Your signature"),
                value="",
                limit=0,
                note=w("表示填的都属实", "It says that all this is true"),
                hint=w("不方便写字，就按“我确认，作为签名”", "If you cannot write, press I confirm"),
                privacy=Privacy.PUBLIC,
                panel=panel,
                options=(Option("confirmed", w("我确认，作为签名", "I confirm this as my signature")),),
            )
        case Panel.PLATE:
            return replace(
                base,
                text=w("车牌号", "Number plate"),
                value="",
                limit=8,
                hint=w("先选省份", "Province first"),
                panel=panel,
                options=tuple(Option(c.value, w(c.text.zh, c.text.en)) for c in PROVINCES),
            )
        case _:
            return base


def several(w: Words, *, ticked: str = "1,3", picks: int = 3) -> Node:
    """A field in which several choices are ticked."""
    return replace(field(w, Panel.SELECT), text=w("要哪些帮助", "What help"), value=ticked, picks=picks)


def regions(w: Words) -> tuple[Option, ...]:
    """Every province, and the cities of one."""
    return tuple(Option(c.value, w(c.text.zh, c.text.en), c.parent) for c in table() if c.parent in ("", "130000"))


def districts() -> tuple[Option, ...]:
    tree = {
        "西城区": {
            "德胜街道": ("新风街", "德外大街", "黄寺大街"),
            "什刹海街道": ("鼓楼西大街",),
            "月坛街道": ("月坛南街",),
        },
        "东城区": {"安定门街道": ("安定门外大街",), "交道口街道": ("南锣鼓巷",)},
        "朝阳区": {"望京街道": ("望京街",)},
        "海淀区": {"中关村街道": ("科学院南路",)},
    }
    out = []
    for district, streets in tree.items():
        out.append(Option(district, district))
        for street, roads in streets.items():
            out.append(Option(f"{district}/{street}", street, district))
            out += [Option(f"{district}/{street}/{road}", road, f"{district}/{street}") for road in roads]
    return tuple(out)


def review(w: Words, look: Look) -> ScreenView:
    def fact(name: str, text: str, value: str, source: str = "", edit: bool = False) -> Node:
        return Node(
            f"review.{name}",
            Role.FACT,
            text,
            value=value,
            source=source,
            actions=PRESS if edit else (),
            privacy=Privacy.PRIVATE,
        )

    return ScreenView(
        screen="review",
        page="review",
        title=w("请您核对一遍", "Please check"),
        lead=w("现在还没有提交。有错就按“改”，没错再提交。", "Nothing is sent yet. Press Change where it is wrong."),
        step=4,
        steps=steps(w),
        nodes=(
            fact("service", w("办什么", "Service"), w("高龄老年人津贴申请", "Allowance for the elderly")),
            fact("who", w("谁来领", "Who"), "张*华  11**************28", w("身份证", "ID card")),
            fact("phone", w("手机号", "Phone"), "138*****000", edit=True),
            fact("addr", w("现在住址", "Address"), w("西城区新风街 **号楼 *单元", "西城区新风街 **号楼"), edit=True),
            fact("bank", w("收款银行卡", "Bank card"), w("社保卡 尾号 0628", "Ending 0628"), edit=True),
            fact("papers", w("材料", "Papers"), w("不用交，已从身份证读取", "None needed")),
            Node("review.read", Role.BUTTON, w("读给我听", "Read to me"), icon="voice", actions=PRESS),
            Node(
                "review.show", Role.BUTTON, w("显示完整内容", "Show in full"), icon="eye", actions=PRESS, checked=False
            ),
            Node(
                "review.consent",
                Role.TOGGLE,
                w(
                    "您已打勾同意：上面的内容只交给西城区民政局，只用来办这份津贴。不同意，可以去窗口办。",
                    "I agree that this goes to Civil Affairs, Xicheng, for this allowance only.",
                ),
                checked=True,
                actions=PRESS,
            ),
            *back_and_end(w),
            action("submit", w("没错，提交", "Correct, send"), "check", "primary"),
        ),
        focus="",
    )


def busy(w: Words, look: Look) -> ScreenView:
    return ScreenView(
        screen="busy",
        page="submit",
        title=w("正在提交", "Sending"),
        lead=w("请稍等，不用再按。", "One moment; no need to press again."),
        step=5,
        steps=steps(w),
        nodes=(
            Node(
                "busy.live",
                Role.PROGRESS,
                w("正在交给西城区民政局", "Sending to Civil Affairs"),
                progress=40,
                icon="upload",
                note=w("您填的已经存好", "What you filled in is saved"),
            ),
            Node(
                "busy.safe",
                Role.NOTICE,
                w("网络慢也不要紧，填的内容不会丢。", "A slow network does no harm."),
                style="ok",
            ),
        ),
    )


def outcome(w: Words, look: Look) -> ScreenView:
    return ScreenView(
        screen="outcome",
        page="outcome.accepted",
        title=w("受理成功", "Accepted"),
        lead=w("高龄老年人津贴申请，民政局已经收到了。", "Civil Affairs has your application."),
        tone=Tone.OK,
        mark="check",
        nodes=(
            Node(
                "outcome.number",
                Role.FACT,
                w("受理编号", "Case number"),
                value="XC-2026-1122-000123",
                note=w("回执上也有\n不用抄", "On the slip too"),
                slot=Slot.HERO,
            ),
            Node(
                "outcome.due",
                Role.FACT,
                w("最晚这一天有结果", "Result no later than"),
                value=w("12月18日", "18 Dec"),
                note=w("星期五 · 20 个工作日以内", "Friday · 20 working days"),
                source=w("结果发短信到 138*****000，您不用再跑一趟。", "By message to 138*****000."),
                icon="sms",
                style="big",
            ),
            Node(
                "outcome.code",
                Role.CODE,
                w("手机扫一扫", "Scan to follow"),
                value="https://example.org/receipts/7hK2mQ9xRt4V",
                note=w("随时看办到哪步", "See where it stands"),
            ),
            Node(
                "outcome.print",
                Role.PROGRESS,
                w("正在打印回执，请在右下方出纸口取", "Printing: take the slip, lower right"),
                progress=70,
                note=w("大约还要 2 秒", "About 2 seconds more"),
                icon="receipt",
            ),
            Node("next", Role.HEADING, w("接下来", "What comes next"), group="next"),
            Node(
                "next.1", Role.TEXT, w("取回执，拿好身份证", "Take the slip and your card"), group="next", current=True
            ),
            Node(
                "next.2",
                Role.TEXT,
                w("民政局核对资料，您不用做什么", "Civil Affairs checks; nothing to do"),
                group="next",
            ),
            Node(
                "next.3",
                Role.TEXT,
                w("通过后，津贴发到尾号 0628 的社保卡", "Then the money goes to card 0628"),
                group="next",
            ),
            action("again", w("再办一件", "Another"), "home"),
            action("hear", w("听回执", "Hear it"), "voice"),
            action("rate", w("评价后结束", "Rate, then end"), "next", "primary"),
        ),
    )


def outcome_offline(w: Words, look: Look) -> ScreenView:
    def item(n: int, text: str, note: str, checked: bool | None = None, current: bool = False) -> Node:
        return Node(f"next.{n}", Role.TEXT, text, note=note, group="next", checked=checked, current=current)

    return ScreenView(
        screen="outcome",
        page="outcome.queued",
        title=w("待上传，未受理", "Saved, not yet accepted"),
        lead=w("现在连不上办事系统。您填的都存好了，没有丢。", "No connection now. What you filled in is saved."),
        tone=Tone.WAIT,
        mark="upload",
        nodes=(
            Node(
                "outcome.number",
                Role.FACT,
                w("暂存编号（不是受理编号）", "Provisional number (not a case number)"),
                value="L20261122-0042-0087",
                note=w("09:26\n存好", "Saved\n09:26"),
                slot=Slot.HERO,
            ),
            Node("next", Role.HEADING, w("接下来会这样", "What comes next"), group="next"),
            item(
                1,
                w("已加密存在这台机器里", "Encrypted in this machine"),
                w("断电也不会丢，别人看不到", "Safe without power, unseen"),
                True,
            ),
            item(
                2,
                w("网一通，机器自动上报", "Sent when the network is back"),
                w("您不用再来，也不要重复办", "No need to come again"),
                None,
                True,
            ),
            item(
                3,
                w("收到短信，才算正式受理", "Accepted when you get a message"),
                w("短信发到 138*****000，里面有受理编号", "To 138*****000, with the number"),
            ),
            Node(
                "outcome.ask",
                Role.NOTICE,
                w(
                    "到 11月25日还没收到短信？请打 66007070，报上面的暂存编号，就能查到。",
                    "No message by 25 November? Call 66007070 with the number above.",
                ),
                style="warn",
                icon="help",
            ),
            Node(
                "offline.print",
                Role.CARD,
                w("打印暂存回执", "Print a slip"),
                note=w("写明“未受理”", "Says: not accepted"),
                icon="receipt",
                actions=PRESS,
            ),
            Node(
                "offline.today",
                Role.CARD,
                w("今天就要办", "I need it today"),
                note=w("去最近的窗口", "Nearest office"),
                icon="pin",
                actions=PRESS,
            ),
            Node(
                "offline.delete",
                Role.CARD,
                w("不办了，删掉", "Delete it"),
                note=w("马上从本机清除", "Cleared at once"),
                icon="trash",
                actions=PRESS,
            ),
            action("again", w("再办一件", "Another"), "home"),
            action("hear", w("听回执", "Hear it"), "voice"),
            action("finish", w("知道了，结束", "Finish"), "exit", "primary"),
        ),
        focus="offline.print",
    )


def message(w: Words, look: Look) -> ScreenView:
    return ScreenView(
        screen="message",
        page="message.paper",
        title=w("这台机器没纸了", "No paper here"),
        lead=w("对不起。您的证明已经做好，没有丢，没多收钱。", "Sorry. Your paper is ready and safe."),
        tone=Tone.WAIT,
        mark="print",
        nodes=(
            Node(
                "message.what",
                Role.FACT,
                w("社会保险参保缴费证明", "Insurance record"),
                note=w("张*华 · 2 页 · 已盖电子章", "张*华 · 2 pages, sealed"),
                icon="doc",
                slot=Slot.HERO,
            ),
            Node("message.head", Role.HEADING, w("三种办法，您选一种", "Three ways on")),
            Node(
                "message.phone",
                Role.CARD,
                w("存到手机上", "To your phone"),
                value="https://example.org/fetch/QmQ9xRt4V7hK2",
                note=w(
                    "用手机扫左边的码，按“保存”。带电子章，能验真，和纸的一样有效。",
                    "Scan the code and save. As good as paper.",
                ),
                source=w("现在就行", "Now"),
                style="code",
                actions=PRESS,
            ),
            Node(
                "message.near",
                Role.CARD,
                w("去最近的机器打印", "Print nearby"),
                note=w("德胜政务服务中心 · 走路 6 分钟", "Desheng centre, 6 minutes on foot"),
                source=w("取件码", "Code"),
                value="482 715",
                icon="walk",
                tint="cyan",
                actions=PRESS,
            ),
            Node(
                "message.help",
                Role.CARD,
                w("请人来换纸", "Ask for paper"),
                note=w("已经通知李师傅（维护员）· 按这里和他说话", "Mr Li is told; press to talk"),
                icon="help",
                tint="violet",
                actions=PRESS,
            ),
            Node(
                "message.rest",
                Role.TEXT,
                w("打印以外的事，这台机器都能照常办。", "All else works as usual."),
                style="quiet",
            ),
            action("back", w("返回", "Back"), "back"),
            action("other", w("办别的事", "Something else"), "home"),
            action("finish", w("结束", "Finish"), "exit"),
        ),
        focus="message.phone",
    )


def rating(w: Words, look: Look) -> ScreenView:
    grades = (
        (5, w("非常满意", "Very satisfied")),
        (4, w("满意", "Satisfied")),
        (3, w("基本满意", "Fairly satisfied")),
        (2, w("不满意", "Not satisfied")),
        (1, w("非常不满意", "Not at all")),
    )
    return ScreenView(
        screen="rating",
        page="rating",
        title=w("这次办得怎么样？", "How was it?"),
        lead=w(
            "评不评都行，怎么评都不影响您办的事。您的名字不会告诉办事的人。",
            "As you like; it changes nothing in your case.",
        ),
        nodes=(
            Node(
                "rating.case",
                Role.FACT,
                w("高龄老年人津贴申请 · 今天 09:26 已受理", "Allowance · accepted today 09:26"),
                icon="receipt",
                style="quiet",
                slot=Slot.HERO,
            ),
            *(
                Node(f"rating.{n}", Role.CHOICE, t, icon=f"f{n}", style=f"stars:{n}", actions=PRESS, checked=False)
                for n, t in grades
            ),
            Node("rating.words", Role.BUTTON, w("说几句（可不说）", "A few words"), icon="mic", actions=PRESS),
            Node(
                "rating.later",
                Role.CODE,
                w("想回家再评？扫这个码，7 天内都行。", "Later? Scan this within 7 days."),
                value="https://example.org/rate/7hK2",
                style="small",
            ),
            action("skip", w("不评了，结束", "Skip, finish"), "exit"),
            action("submit", w("先选一个再提交", "Choose one first"), enabled=False),
        ),
    )


def farewell(w: Words, look: Look) -> ScreenView:
    return ScreenView(
        screen="farewell",
        page="farewell",
        title=w("慢走，再见", "Goodbye"),
        lead=w("您的内容已经从本机清除。", "All of yours is cleared from here."),
        tone=Tone.OK,
        mark="check",
        nodes=(
            Node("farewell.deck", Role.PICTURE, value="deck:reader"),
            Node(
                "farewell.card", Role.NOTICE, w("别忘了身份证和回执", "Do not forget your card and slip"), style="warn"
            ),
            action("home", w("回到首页", "Start again"), "home", "primary"),
        ),
    )


def technician(w: Words, look: Look) -> ScreenView:
    rows = (
        (
            "printer",
            "receipt",
            w("回执打印机", "Printer"),
            w("缺纸 · 09:11 起", "No paper since 09:11"),
            "FAIL",
            "error",
            w("办法：装 80 毫米热敏纸，药面朝上，合盖后自动重检", "Load 80 mm paper, coated side up"),
        ),
        (
            "camera",
            "camera",
            w("摄像头", "Camera"),
            w("画面偏暗 · 亮度 41，要 60 以上", "Dark: 41, needs 60"),
            "WARN",
            "warn",
            w("办法：擦镜头；不行就开补光灯", "Wipe the lens"),
        ),
        ("card", "card", w("身份证读卡器", "Card reader"), w("读测试卡 0.8 秒", "Test card 0.8 s"), "PASS", "ok", ""),
        ("code", "qr", w("扫码窗", "Code window"), w("20 张码全部读出", "20 of 20"), "PASS", "ok", ""),
        ("keys", "keypad", w("盲文按键", "Keypad"), w("18 个键都按过", "18 keys"), "PASS", "ok", ""),
        (
            "net",
            "wifi",
            w("网络和平台", "Network"),
            w("证书还有 11 天，延时 38 毫秒", "11 days left, 38 ms"),
            "PASS",
            "ok",
            "",
        ),
    )
    return ScreenView(
        screen="technician",
        page="technician",
        title=w("设备自检", "Self-test"),
        lead=w("技术员 4127 · 看不到居民信息 · 每一步都记入日志", "Technician 4127 · every step is logged"),
        tone=Tone.TOOL,
        nodes=(
            Node(
                "tech.verdict",
                Role.NOTICE,
                w("1 项故障：回执打印机缺纸。1 项要注意。", "1 fault: no paper. 1 warning."),
                value="FAIL",
                note=w("50 项服务开 47 项，停 3 项 · 自检用时 18 秒", "47 of 50 services open"),
                style="error",
                slot=Slot.HERO,
            ),
            *(
                Node(f"tech.{i}", Role.FACT, t, value=v, source=s, style=k, note=n, icon=g)
                for i, g, t, v, s, k, n in rows
            ),
            action("exit", w("退出维护", "Leave"), "exit"),
            action("report", w("导出报告", "Report"), "upload"),
            action("again", w("装好纸了，再检一遍", "Test again"), "refresh", "primary"),
        ),
    )


def idle(w: Words, look: Look) -> ScreenView:
    """The idle warning over the form."""
    under = form(w, look)
    cover = (
        Node("idle.title", Role.HEADING, w("还需要时间吗？", "More time?"), slot=Slot.COVER),
        Node("idle.safe", Role.TEXT, w("您填的都在，没有丢。", "What you filled in is safe."), slot=Slot.COVER),
        Node(
            "idle.left",
            Role.PROGRESS,
            w("秒后自动清屏", "seconds, then cleared"),
            value="24",
            progress=80,
            slot=Slot.COVER,
        ),
        Node(
            "idle.hidden",
            Role.TEXT,
            w("刚才的内容已经盖住，旁边的人看不到。", "Your page is hidden from others."),
            slot=Slot.COVER,
        ),
        Node(
            "idle.more",
            Role.BUTTON,
            w("我还在，继续办", "I am here"),
            icon="check",
            style="primary",
            slot=Slot.COVER,
            actions=PRESS,
        ),
        Node(
            "idle.end",
            Role.BUTTON,
            w("办完了，结束并清除", "Finish and clear"),
            icon="exit",
            slot=Slot.COVER,
            actions=PRESS,
        ),
        Node(
            "idle.how",
            Role.NOTICE,
            w("碰一下屏幕、按任意键，都可以。要几次都行。", "Touch or press any key, as often as you like."),
            icon="voice",
            slot=Slot.COVER,
        ),
    )
    return replace(under, nodes=under.nodes + cover, cover="idle", focus="idle.more")


SCREENS: dict[str, Callable[[Words, Look], ScreenView]] = {
    "attract": attract,
    "home": home,
    "list": listing,
    "guide": guide,
    "identify": identify,
    "form": form,
    "review": review,
    "busy": busy,
    "outcome": outcome,
    "outcome-offline": outcome_offline,
    "message": message,
    "rating": rating,
    "farewell": farewell,
    "technician": technician,
    "idle": idle,
}


def build(name: str, lang: str = "zh", look: Look | None = None, panel: Panel | None = None) -> ScreenView:
    """Return a sample view, complete with chrome and dock."""
    look = replace(look or Look(), lang=lang)
    w = say(lang)
    view = form(w, look, panel) if panel is not None else SCREENS[name](w, look)
    return replace(view, nodes=view.nodes + dock(w, look), look=look, chrome=chrome(w))
