"""What a text must say because of what it is about (articles.choices.Subject; review checklist, items 7 to 9)."""

import re

from django.utils.translation import gettext as _

from articles.checks.completeness import says_something
from articles.checks.finding import STOP, WARN, Finding, block_anchor
from articles.choices import Subject


_GROUPS = re.compile(r"孕妇|怀孕|妊娠|哺乳|儿童|孩子|婴|老年|老人|肝[、和或及]?肾|肾功能|肝功能|过敏")
_LABEL = re.compile(
    r"遵医嘱|按医嘱|医嘱|说明书|(?:问|咨询|听|按|由|告诉|联系|找)[^。，！？]{0,6}(?:医生|医师|药师)|(?:医生|医师|药师)[^。，！？]{0,6}(?:指导|决定|安排|开|调整)"
)
_CONTRAINDICATED = re.compile(
    r"禁忌|不能(?:接种|打|种)|不(?:宜|可|要|适合)(?:接种|打疫苗)|暂缓|推迟|先问[^。]{0,6}医生|过敏"
)
_OBSERVED = re.compile(
    r"留观|(?:观察|坐|留|等)[^。！？]{0,10}(?:30|三十|半)[^。]{0,3}(?:分钟|小时|个小时)|(?:30|三十)\s*分钟[^。]{0,6}(?:再走|离开|观察)|半(?:个)?小时[^。]{0,6}(?:再走|离开|观察)"
)
_GUARDIAN = re.compile(r"家长|父母|爸爸|妈妈|监护人|大人|照顾者|看护|抚养|家人")
_PREGNANCY = re.compile(r"(?:医生|医师|产检|产科|医院|就医|就诊)")
_RISKS = re.compile(r"风险|副作用|不良反应|并发症|坏处|危险|代价|不舒服")


def required(reading):
    """Yield what a subject asks for and the text does not say."""
    subjects = set(reading.subjects)
    if not subjects or not reading.snapshot["body"]:
        return
    text = reading.whole
    wanted = (
        (
            Subject.MEDICINES,
            "safety.groups",
            _GROUPS,
            _(
                "about medicines, but says nothing of pregnant women, children, older people or weak liver and kidneys."
            ),
            _("Say who must not take it, or must ask first."),
        ),
        (
            Subject.MEDICINES,
            "safety.label",
            _LABEL,
            _("about medicines, but sends nobody to the doctor, the pharmacist or the package leaflet."),
            _("Say that the leaflet and the doctor’s orders count."),
        ),
        (
            Subject.VACCINES,
            "safety.contraindications",
            _CONTRAINDICATED,
            _("about vaccines, but does not say who must not be vaccinated or should wait."),
            _("Name the contraindications."),
        ),
        (
            Subject.VACCINES,
            "safety.observation",
            _OBSERVED,
            _("about vaccines, but does not say that one stays for 30 minutes afterwards."),
            _("Add the 30 minutes of observation."),
        ),
        (
            Subject.CHILDREN,
            "safety.guardian",
            _GUARDIAN,
            _("about children, but does not speak to those who look after them."),
            _("Say what parents should do and watch."),
        ),
        (
            Subject.PREGNANCY,
            "safety.pregnancy",
            _PREGNANCY,
            _("about pregnancy, but sends nobody to a doctor."),
            _("Say when to ask the doctor."),
        ),
        (
            Subject.TREATMENT,
            "safety.risks",
            _RISKS,
            _("about choosing a treatment, but names no risk or harm."),
            _("Say what speaks for and against each choice."),
        ),
    )
    for subject, code, pattern, message, hint in wanted:
        if subject in subjects and not pattern.search(text):
            yield Finding(code, WARN, _("Body"), message, hint, anchor=block_anchor(""))
    if Subject.EMERGENCY in subjects and not any(
        block["type"] == "care_card"
        and block["value"]["level"] == "call_120"
        and says_something(block["value"])
        for block in reading.snapshot["body"]
    ):
        yield Finding(
            "safety.emergency",
            STOP,
            _("When to seek care"),
            _("about an emergency, but has no card “Call 120 at once”."),
            _("Add a card “when to seek care” of that level."),
            anchor=block_anchor(""),
        )
