"""Services are data: catalogue, forms compiled from packages, prefill, checks, eligibility. Pure; knows no screen."""

from kiosk_app.services.catalogue import Bundle, Catalogue, Theme
from kiosk_app.services.checks import luhn, problems
from kiosk_app.services.eligibility import eligible
from kiosk_app.services.forms import FormError, compile_form, options, visible_fields, warm
from kiosk_app.services.model import (
    Answers,
    Choice,
    Control,
    Fact,
    FieldSpec,
    Form,
    Group,
    Page,
    Prefilled,
    Problem,
    Text,
)
from kiosk_app.services.pins import guessed
from kiosk_app.services.prefilling import asked_fields, person_facts, prefill
from kiosk_app.services.service import Fee, Limit, Material, Offline, Scan, Service, Step, read_service
from kiosk_app.services.values import facts_of, masked, normalise, shown, spoken

__all__ = [
    "Answers",
    "Bundle",
    "Catalogue",
    "Choice",
    "Control",
    "Fact",
    "Fee",
    "FieldSpec",
    "Form",
    "FormError",
    "Group",
    "Limit",
    "Material",
    "Offline",
    "Page",
    "Prefilled",
    "Problem",
    "Scan",
    "Service",
    "Step",
    "Text",
    "Theme",
    "asked_fields",
    "compile_form",
    "eligible",
    "facts_of",
    "guessed",
    "luhn",
    "masked",
    "normalise",
    "options",
    "person_facts",
    "prefill",
    "problems",
    "read_service",
    "shown",
    "spoken",
    "visible_fields",
    "warm",
]
