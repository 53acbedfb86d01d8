"""Small QTI files made for the tests: items, and packages around them."""

import io
import zipfile

NS12 = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
MANIFEST = """<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>{}</resources>
</manifest>"""


def old(*items, about=""):
    """A file of QTI 1.2 with these items."""
    return (f'<?xml version="1.0" encoding="UTF-8"?><questestinterop xmlns="{NS12}">'
            f'<assessment ident="A1" title="Quality">{about}<section ident="root">'
            f"{''.join(items)}</section></assessment></questestinterop>")


def old_item(presentation, marking="", *, kind="", feedback="", fields=None, title="T", ident="I1"):
    """An item of QTI 1.2."""
    told = {"question_type": kind} | (fields or {}) if kind else fields or {}
    entries = "".join(
        f"<qtimetadatafield><fieldlabel>{name}</fieldlabel><fieldentry>{value}</fieldentry>"
        "</qtimetadatafield>" for name, value in told.items())
    return (f'<item ident="{ident}" title="{title}"><itemmetadata><qtimetadata>{entries}'
            f"</qtimetadata></itemmetadata><presentation>{presentation}</presentation>"
            f"<resprocessing>{marking}</resprocessing>{feedback}</item>")


def mat(text, kind="text/plain"):
    """A material with one text."""
    return f'<material><mattext texttype="{kind}">{text}</mattext></material>'


def lid(*labels, name="response1", cardinality="Single", own="", shuffle=""):
    """A response with a list of labels (name, text)."""
    told = f' shuffle="{shuffle}"' if shuffle else ""
    inner = "".join(f'<response_label ident="{each}">{mat(text)}</response_label>'
                    for each, text in labels)
    return (f'<response_lid ident="{name}" rcardinality="{cardinality}">{own}'
            f"<render_choice{told}>{inner}</render_choice></response_lid>")


STR = '<response_str ident="response1"><render_fib/></response_str>'


def cond(test, points=None, *, action="Set", shows=(), goes_on=None):
    """A step of marking."""
    given = "" if points is None else f'<setvar varname="SCORE" action="{action}">{points}</setvar>'
    told = "".join(f'<displayfeedback linkrefid="{name}"/>' for name in shows)
    on = f' continue="{goes_on}"' if goes_on else ""
    return f"<respcondition{on}><conditionvar>{test}</conditionvar>{given}{told}</respcondition>"


def eq(value, name="response1", case=""):
    """A comparison with a value."""
    told = f' case="{case}"' if case else ""
    return f'<varequal respident="{name}"{told}>{value}</varequal>'


def fb(name, text):
    """A feedback of QTI 1.2."""
    return f'<itemfeedback ident="{name}"><flow_mat>{mat(text)}</flow_mat></itemfeedback>'


def new_item(body, declared="", processing="", *, more="", **attributes):
    """An item of QTI 2."""
    told = {"identifier": "i1", "title": "T", "adaptive": "false"} | attributes
    named = " ".join(f'{name}="{value}"' for name, value in told.items())
    return (f'<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" {named}>{declared}'
            f"<itemBody>{body}</itemBody>{processing}{more}</assessmentItem>")


def answer(*values, cardinality="single", kind="identifier", mapping="", name="RESPONSE"):
    """The declaration of a response with what is right."""
    told = "".join(f"<value>{value}</value>" for value in values)
    right = f"<correctResponse>{told}</correctResponse>" if values else ""
    return (f'<responseDeclaration identifier="{name}" cardinality="{cardinality}" '
            f'baseType="{kind}">{right}{mapping}</responseDeclaration>')


def points(entries, **attributes):
    """A mapping."""
    named = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    told = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>'
                   for key, value in entries.items())
    return f"<mapping {named}>{told}</mapping>"


def by(template):
    """Marking by a template."""
    return ('<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/'
            f'rptemplates/{template}"/>')


def choice(*options, most="1", shuffle="false", name="RESPONSE", prompt=""):
    """A choiceInteraction with options (name, text)."""
    inner = "".join(f'<simpleChoice identifier="{each}">{text}</simpleChoice>'
                    for each, text in options)
    return (f'<choiceInteraction responseIdentifier="{name}" maxChoices="{most}" '
            f'shuffle="{shuffle}"><prompt>{prompt}</prompt>{inner}</choiceInteraction>')


def package(members, *resources):
    """An archive of these members, with a manifest of resources (type, href)."""
    listed = "".join(
        f'<resource identifier="r{n}" type="{kind}" href="{href}"><file href="{href}"/></resource>'
        for n, (kind, href) in enumerate(resources))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"imsmanifest.xml": MANIFEST.format(listed), **members}.items():
            archive.writestr(name, content)
    return out.getvalue()
