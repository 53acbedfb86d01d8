"""Workbooks made part by part, for what no library writes."""

import io
import zipfile

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = "".join(f'<c r="{letter}1" t="inlineStr"><is><t>{word}</t></is></c>' for letter, word in zip(
    "ABCD", ("Question", "Option A", "Option B", "Correct"), strict=True))


def text(reference, words):
    return f'<c r="{reference}" t="inlineStr"><is><t>{words}</t></is></c>'


def workbook(rows, *, formats=(), columns="", more=(), sheet_tail="", sheets=1, head=HEAD):
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
    links = "".join(f'<Relationship Id="r{n}" Type="{_RELATED}/worksheet" '
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
            f'{links}<Relationship Id="s" Type="{_RELATED}/styles" Target="styles.xml"/>')),
        ("xl/styles.xml", f"<styleSheet {MAIN}><numFmts>{codes}</numFmts><fonts><font/>"
                          '<font><b/></font></fonts><cellXfs><xf numFmtId="0" fontId="0"/>'
                          f'{styles}<xf numFmtId="0" fontId="1"/></cellXfs></styleSheet>'),
        ("xl/worksheets/sheet1.xml", sheet), *more,
    ])


def _links(links):
    return ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{links}</Relationships>")


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
