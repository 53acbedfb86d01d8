"""Workbooks made part by part, for what no library writes."""

import io
import zipfile

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = "".join(f'<c r="{letter}1" t="inlineStr"><is><t>{word}</t></is></c>' for letter, word in zip(
    "ABCD", ("Question", "Option A", "Option B", "Correct"), strict=True))


def text(reference, words):
    return f'<c r="{reference}" t="inlineStr"><is><t>{words}</t></is></c>'


def workbook(rows, *, formats=(), columns="", more=(), sheet_tail="", sheets=1, head=HEAD,
             links=""):
    """A workbook whose first sheet has these rows below a header of question, two options, key.

    `formats` are the number formats of the styles 1, 2 ...; `more` are further members.
    """
    codes = "".join(f'<numFmt numFmtId="{170 + n}" formatCode="{code}"/>'
                    for n, code in enumerate(formats))
    styles = "".join(f'<xf numFmtId="{170 + n}" fontId="0"/>' for n in range(len(formats)))
    sheet = (f"<worksheet {MAIN}>{columns}<sheetData><row r=\"1\">{head}</row>{rows}</sheetData>"
             f"{sheet_tail}</worksheet>")
    names = "".join(f'<sheet name="Part {n}" sheetId="{n}" r:id="r{n}"/>'
                    for n in range(1, sheets + 1))
    linked = "".join(f'<Relationship Id="r{n}" Type="{_RELATED}/worksheet" '
                     f'Target="worksheets/sheet{n}.xml"/>' for n in range(1, sheets + 1))
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = "".join(f'<Override PartName="/xl/{part}.xml" ContentType="{types}.{kind}+xml"/>'
                    for part, kind in (("workbook", "sheet.main"), ("styles", "styles"),
                                       ("worksheets/sheet1", "worksheet")))
    return zipped([
        ("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
         'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
         f'package.relationships+xml"/>{kinds}</Types>'),
        ("_rels/.rels", _links(f'<Relationship Id="a" Type="{_RELATED}/officeDocument" '
                               'Target="xl/workbook.xml"/>')),
        ("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{_RELATED}"><sheets>{names}</sheets>'
                            "</workbook>"),
        ("xl/_rels/workbook.xml.rels", _links(
            f'{linked}{links}<Relationship Id="s" Type="{_RELATED}/styles" Target="styles.xml"/>')),
        ("xl/styles.xml", f"<styleSheet {MAIN}><numFmts>{codes}</numFmts><fonts><font/>"
                          '<font><b/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/>'
                          f'{styles}<xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>'),
        ("xl/worksheets/sheet1.xml", sheet), *more,
    ])


def _links(links):
    return ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{links}</Relationships>")


def lying(*pictures):
    """The further members of a workbook on whose first sheet pictures lie: cell, file, words."""
    anchors = "".join(
        f"<d:oneCellAnchor><d:from><d:col>{column}</d:col><d:row>{row - 1}</d:row></d:from><d:pic>"
        f'<d:nvPicPr><d:cNvPr id="{n}" name="x" descr="{words}"/></d:nvPicPr><d:blipFill>'
        f'<a:blip r:embed="p{n}"/></d:blipFill></d:pic></d:oneCellAnchor>'
        for n, ((row, column), _file, words) in enumerate(pictures))
    links = "".join(f'<Relationship Id="p{n}" Type="{_RELATED}/image" Target="../media/{n}.png"/>'
                    for n, (_spot, file, _words) in enumerate(pictures) if file)
    files = [(f"xl/media/{n}.png", file)
             for n, (_spot, file, _words) in enumerate(pictures) if file]
    return (PICTURE[0], ("xl/drawings/_rels/drawing1.xml.rels", _links(links)),
            ("xl/drawings/drawing1.xml", '<d:wsDr xmlns:d="urn:d" xmlns:a="urn:a" xmlns:r="urn:r">'
             f"{anchors}</d:wsDr>"), *files)


def placed(file, words):
    """The further members of a workbook in which a cell with the number 1 holds a picture."""
    rich = "http://schemas.microsoft.com/office/2022/10/relationships"
    parts = [("metadata", f"{_RELATED}/sheetMetadata"),
             ("richData/rdrichvalue", f"{rich}/rdRichValue"),
             ("richData/rdrichvaluestructure", f"{rich}/rdRichValueStructure"),
             ("richData/richValueRel", f"{rich}/richValueRel")]
    links = "".join(f'<Relationship Id="m{n}" Type="{kind}" Target="{part}.xml"/>'
                    for n, (part, kind) in enumerate(parts))
    contents = (
        '<metadata xmlns:x="urn:x"><futureMetadata name="XLRICHVALUE"><bk><x:rvb i="1"/></bk>'
        '</futureMetadata><valueMetadata><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>',
        f'<rvData><rv s="0"><v>7</v></rv><rv s="1"><v>0</v><v>5</v><v>{words}</v></rv></rvData>',
        '<rvStructures><s t="x"><k n="y"/></s><s t="_localImage"><k n="_rvRel:LocalImageIdentifier"'
        '/><k n="CalcOrigin"/><k n="Text"/></s></rvStructures>',
        '<richValueRels xmlns:r="urn:r"><rel r:id="p"/></richValueRels>')
    named = [(f"xl/{part}.xml", each) for (part, _kind), each in zip(parts, contents, strict=True)]
    return links, (*named, ("xl/richData/_rels/richValueRel.xml.rels", _links(
        f'<Relationship Id="p" Type="{_RELATED}/image" Target="../media/a.png"/>')),
        ("xl/media/a.png", file))


def named(name, file, words):
    """The further members of a workbook of WPS whose cells show a picture by its name."""
    link = ('<Relationship Id="w" Type="http://www.wps.cn/officeDocument/2020/cellImage" '
            'Target="cellimages.xml"/>')
    pictures = (f'<e:cellImages xmlns:e="urn:e" xmlns:d="urn:d" xmlns:a="urn:a" xmlns:r="urn:r">'
                f'<e:cellImage><d:pic><d:nvPicPr><d:cNvPr id="2" name="{name}" descr="{words}"/>'
                f'</d:nvPicPr><d:blipFill><a:blip r:embed="p"/></d:blipFill></d:pic></e:cellImage>'
                f"</e:cellImages>")
    return link, (("xl/cellimages.xml", pictures), ("xl/_rels/cellimages.xml.rels", _links(
        f'<Relationship Id="p" Type="{_RELATED}/image" Target="media/a.png"/>')),
        ("xl/media/a.png", file))


PICTURE = (
    ("xl/worksheets/_rels/sheet1.xml.rels", _links(
        f'<Relationship Id="d" Type="{_RELATED}/drawing" Target="../drawings/drawing1.xml"/>')),
    ("xl/drawings/drawing1.xml",
     '<d:wsDr xmlns:d="urn:d"><d:oneCellAnchor><d:from><d:col>1</d:col><d:row>2</d:row></d:from>'
     "<d:pic/></d:oneCellAnchor></d:wsDr>"),
)


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def ods(*tables, styles=""):
    """A workbook of LibreOffice with these tables, as XML."""
    names = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{name}="urn:{name}"' for name in names)
    content = (f"<office:document-content {spaces}><office:automatic-styles>{styles}"
               "</office:automatic-styles><office:body><office:spreadsheet>"
               f"{''.join(tables)}</office:spreadsheet></office:body></office:document-content>")
    return zipped([("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
                   ("content.xml", content)], zipfile.ZIP_STORED)


def ods_row(*cells, more=""):
    return f"<table:table-row {more}>" + "".join(
        cell if cell.startswith("<") else
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells) + "</table:table-row>"
