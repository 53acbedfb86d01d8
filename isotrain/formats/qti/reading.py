"""Reading files and packages of any QTI: every item becomes a draft or a named problem."""

import posixpath
from collections import Counter
from dataclasses import replace
from urllib.parse import quote, unquote
from xml.etree.ElementTree import Element

from isotrain.formats.contract import ARCHIVE, Rejected, Unreadable, check_content, check_count
from isotrain.formats.model import Import
from isotrain.formats.qti.elements import child, parsed, said
from isotrain.formats.qti.files import Files, in_markdown
from isotrain.formats.qti.item import Item
from isotrain.formats.qti.package import Package
from isotrain.formats.qti.qti2.items import name_of, read_item
from isotrain.formats.qti.qti12.about import first, metadata
from isotrain.formats.qti.qti12.items import read_item12
from isotrain.formats.qti.wording import Wording
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import N_

OWN_NAME = "isotrain-"
"""How names begin that we give to what has none."""
TESTS = frozenset({"assessmentTest", "assessmentSection"})
_LOST = {
    "points": N_("Points of questions are not kept (questions: %(count)s)."),
    "feedback": N_("Feedback that is not for one option is not kept (questions: %(count)s)."),
    "rubrics": N_("Notes for those who mark or teach are not kept (%(count)s)."),
    "times": N_("Time limits and numbers of attempts are not kept (%(count)s)."),
    "tests": N_("The order, parts and rules of tests are not kept, only their questions"
                " (%(count)s)."),
    "twins": N_("What is in the package in two versions was read once (files: %(count)s)."),
    "ids": N_("Ids that were used before were left out (questions: %(count)s)."),
}
_GROUPS = frozenset({"assessment", "objectbank", "section"})
_REFERENCES = frozenset({"bankentry_item", "itemref", "sourcebank_ref", "sectionref"})
_ELSEWHERE = N_("A question that stands in another bank is not in the file (%(name)s).")
_ADD_BANK = N_("Export the bank too, and read it as well.")
_STIMULUS = N_("The text that the question shares with others is not in the file (%(name)s).")


class Reading:
    """Gathers the drafts and problems of a file or a package."""

    def __init__(self, name: str, package: Package | None = None) -> None:
        self.name, self.package, self.count = name, package, 0
        self.drafts: list[Draft] = []
        self.problems: list[Problem] = []
        self.lost: Counter[str] = Counter()
        self._ids: set[str] = set()
        self._files, self._source = Files(package), ""

    def take(self, root: Element, source: str = "") -> bool:
        """Read what an XML file of this name holds; whether that was anything of QTI."""
        self._source = source
        if root.tag == "assessmentItem":
            self._item(root, source)
        elif root.tag in TESTS:
            self.lost["tests"] += 1
            self._references(root, source)
        elif root.tag == "questestinterop":
            self._group(root, "")
        else:
            return False
        return True

    def imported(self) -> Import:
        """Everything that was read."""
        told = [warning("file", _LOST[name], "", count=count)
                for name, count in self.lost.items() if count > 0]
        return Import(self.name, tuple(self.drafts), (*self.problems, *told), self._files.used)

    def _group(self, group: Element, category: str) -> None:
        """Read the items of a bank, an assessment or a section."""
        about = metadata(group.find("qtimetadata") or Element("none"))
        own = group.get("ident", "").startswith(OWN_NAME)
        category = "" if own else first(about, "bank_title") or group.get("title", "") or category
        self.lost["times"] += bool({"qmd_timelimit", "qmd_assessmenttimelimit"} & set(about))
        self.lost["tests"] += group.find("selection_ordering") is not None
        for part in group:
            if part.tag == "item":
                self._item12(part, category)
            elif part.tag in _GROUPS:
                self._group(part, category if part.tag == "section" else "")
            elif part.tag in _REFERENCES:
                name = part.get("item_ref") or part.get("linkrefid") or said(part)
                self.problems.append(error("file", _ELSEWHERE, _ADD_BANK, name=name[:80]))

    def _next(self) -> Item:
        self.count += 1
        check_count(self.count)
        return Item(f"item {self.count}", Wording(self._files.beside(self._source)))

    def _item12(self, root: Element, category: str) -> None:
        item = self._next()
        try:
            draft = read_item12(root, item)
        except Rejected as rejection:
            self.problems.append(rejection.problem)
            return
        name = root.get("ident", "")
        self._keep(replace(draft, external_id="" if name.startswith(OWN_NAME) else name,
                           category=draft.category or category), item)

    def _item(self, root: Element, source: str) -> None:
        item = self._next()
        self._share(root, source, item)
        try:
            draft = read_item(root, item)
        except Rejected as rejection:
            self.problems.append(rejection.problem)
            return
        self._keep(replace(draft, external_id=name_of(root)), item)

    def _keep(self, draft: Draft, item: Item) -> None:
        draft = draft.retold(lambda text: in_markdown(text, item.wording.find))
        if draft.external_id in self._ids:
            self.lost["ids"] += 1
            draft = replace(draft, external_id="")
        self._ids.update({draft.external_id} - {""})
        self.drafts.append(draft)
        self.problems.extend(item.problems())
        self.lost.update(item.lost)

    def _share(self, root: Element, source: str, item: Item) -> None:
        """Put what the item shares with others before its own text."""
        for reference in root.findall("assessmentStimulusRef"):
            shared = self._stimulus(_path(source, reference.get("href", "")))
            body = root.find("itemBody")
            if shared is None or body is None:
                name = reference.get("href", "")[:80]
                item.told.append(error("stem", _STIMULUS, "Export the whole package.", name=name))
            else:
                body.insert(0, shared)

    def _stimulus(self, path: str) -> Element | None:
        if self.package is None or path not in self.package.names:
            return None
        try:
            root, _ = parsed(self.package.read(path))
        except Unreadable:
            return None
        body = child(root, "stimulusBody")
        if body is not None:
            body.tag = "div"
            for name, each in (("src", "img"), ("data", "object")):
                for part in body.iter(each):
                    part.set(name, _rooted(path, part.get(name, "")))
        return body

    def _references(self, root: Element, source: str) -> None:
        """Note the items that a test names and that are not there."""
        for reference in root.iter("assessmentItemRef"):
            path = _path(source, reference.get("href", ""))
            if self.package is not None and path not in self.package.names:
                self.problems.append(_missing(path))


def read(name: str, data: bytes) -> Import:
    """Read an XML file or a package as the format of this name; raises Unreadable."""
    check_content(data)
    if data.startswith(ARCHIVE):
        return _read_package(name, Package(data))
    root, guessed = parsed(data)
    reading = Reading(name)
    reading.problems.extend(guessed)
    if root.tag in TESTS:
        raise Unreadable("This is a test that names its questions in other files.",
                         "Choose the package (.zip) that holds them.", code="test")
    if not reading.take(root):
        raise _other(root)
    return reading.imported()


def _read_package(name: str, package: Package) -> Import:
    reading = Reading(name, package)
    foreign = ""
    for path, listed in _paths(package, reading):
        if _has_twin(path, package):
            reading.lost["twins"] += 1
            continue
        data = package.read(path)
        try:
            root, guessed = parsed(data)
        except Unreadable as refusal:
            if listed or _mentions(data):
                reading.problems.append(_broken(path, refusal))
            continue
        if reading.take(root, path):
            reading.problems.extend(guessed)
        elif root.tag == "manifest":
            foreign = "scorm" if b"adlcp" in data else foreign
    if foreign and not reading.count:
        raise Unreadable("This is a SCORM package; it holds pages, not questions to be read.",
                         "Export the questions as QTI, or as a text.", code="scorm")
    return reading.imported()


def _paths(package: Package, reading: Reading) -> list[tuple[str, bool]]:
    """The members that may hold questions, the listed ones first, and whether listed as QTI."""
    texts, found = package.texts, dict[str, bool]()
    for resource in package.resources():
        is_qti = resource.type.startswith("imsqti")
        for path in resource.files:
            if path in texts:
                found[path] = found.get(path, False) or is_qti
            elif is_qti and path not in package.names:
                reading.problems.append(_missing(path))
    return list({**found, **{path: False for path in texts if path not in found}}.items())


def _has_twin(path: str, package: Package) -> bool:
    """Whether Canvas wrote a fuller version of the file beside it."""
    folder, name = posixpath.split(path)
    twin = f"non_cc_assessments/{posixpath.basename(folder)}.xml.qti"
    return bool(folder) and name != "assessment_meta.xml" and twin in package.names


def _mentions(data: bytes) -> bool:
    names = b"<questestinterop", b"assessmentItem", b"assessment-item"
    return any(name in data for name in names)


def _path(source: str, link: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(link)))


def _rooted(source: str, link: str) -> str:
    """A link of one member as it is said from the root of the package."""
    inside = link and ":" not in link and not link.startswith(("/", "$", "%"))
    return f"/{quote(_path(source, link))}" if inside else link


def _missing(path: str) -> Problem:
    return error("file", 'The package names the file "%(name)s", which is not in it.',
                 "Export the package again.", name=path[:100])


def _broken(path: str, refusal: Unreadable) -> Problem:
    line = refusal.problem.params.get("line", 1)
    return error("file", 'The file "%(name)s" in the package cannot be read (line %(line)s).',
                 "Export the package again.", name=path[:100], line=line)


def _other(root: Element) -> Unreadable:
    return Unreadable('This XML file holds no QTI; it begins with "%(name)s".',
                      "Choose an item, or the whole package (.zip).", code="other_xml",
                      name=root.tag[:60])
