"""Pages for the ear: what screens would build, with invented people only."""

from __future__ import annotations

from dataclasses import replace

from ui.view import Action, Heard, Look, Node, Privacy, Role, ScreenView, Tone

PHONE = Node(
    "form.phone",
    Role.FIELD,
    "手机号",
    value="13800138000",
    spoken="一三八，零零一三，八零零零",
    hint="一共十一位数字",
    source="来自上次办理",
    privacy=Privacy.PRIVATE,
    actions=(Action.EDIT,),
)
PAGE = ScreenView(
    "form",
    "Form.3",
    "填一填",
    "只要两样",
    nodes=(
        PHONE,
        Node("form.copies", Role.FIELD, "份数", value="2", actions=(Action.EDIT,)),
        Node("form.place", Role.FIELD, "地点", actions=(Action.EDIT,), privacy=Privacy.PRIVATE),
        Node("service.SB01", Role.TILE, "社保证明", note="马上能拿", actions=(Action.PRESS,)),
        Node("dock.elder", Role.TOGGLE, "长辈版", checked=False, actions=(Action.PRESS,)),
        Node("actions.next", Role.BUTTON, "去核对", enabled=False, hint="填完就能去核对"),
        Node("identify.status", Role.STATUS, "请放上身份证"),
        Node("print.progress", Role.PROGRESS, "打印", progress=0),
        Node("person.name", Role.STATUS, "您好", value="欧阳小明", privacy=Privacy.PRIVATE),
    ),
    intro=("请填手机号。", "填好按去核对。"),
)
ENGLISH = replace(PAGE, look=Look("en"), title="Fill in", lead="Two things only", intro=())
OUTCOME = replace(PAGE, page="Outcome.4", screen="outcome", tone=Tone.OK, intro=("已受理。",))


def heard(
    node: str, name: str = "", value: str = "", *, role: str = "", state: str = "", n: int = 0, of: int = 0
) -> Heard:
    """What the accessible tree would say."""
    return Heard(node, role, name, value, state, (n, of))


def with_node(view: ScreenView, node: Node) -> ScreenView:
    """The same page with one node changed."""
    return replace(view, nodes=tuple(node if n.id == node.id else n for n in view.nodes))
