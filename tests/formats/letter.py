"""Word documents made part by part, as a word processor writes them."""

from html import escape

from tests.formats.booklet import _links, zipped

_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
BOLD, GREEN, RED = "<w:b/>", '<w:color w:val="00B050"/>', '<w:color w:val="FF0000"/>'
YELLOW, UNDERLINED = '<w:highlight w:val="yellow"/>', '<w:u w:val="single"/>'
STYLES = (f'<w:styles {W}><w:style w:type="paragraph" w:default="1" w:styleId="Normal"/>'
          '<w:style w:type="character" w:styleId="Key"><w:rPr><w:b/></w:rPr></w:style>'
          '<w:style w:type="paragraph" w:styleId="Strong"><w:basedOn w:val="Heavy"/></w:style>'
          '<w:style w:type="paragraph" w:styleId="Heavy"><w:rPr><w:b/></w:rPr></w:style>'
          "</w:styles>")
NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/>'
    '</w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
    '<w:lvlText w:val="%2)"/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="upperLetter"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0">'
    '<w:startOverride w:val="1"/></w:lvlOverride></w:num></w:numbering>')


def run(text, look=""):
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*runs, list_="", depth=0, style=""):
    """A paragraph of runs, or of one plain text."""
    told = f'<w:pStyle w:val="{style}"/>' if style else ""
    if list_:
        told += f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_}"/></w:numPr>'
    inner = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{told}</w:pPr>{inner}</w:p>"


def table(*rows):
    return "<w:tbl>" + "".join(
        "<w:tr>" + "".join(
            "<w:tc>" + (cell if cell.startswith("<") else paragraph(cell)) + "</w:tc>"
            for cell in row) + "</w:tr>" for row in rows) + "</w:tbl>"


def drawing(link, words="", attributes=""):
    """A picture as Word writes it, with a second way to say the same that nobody needs."""
    inside = f'<a:blip xmlns:a="urn:a" xmlns:r="urn:r" r:embed="{link}"/>'
    return (f'<w:r><mc:AlternateContent><mc:Choice><w:drawing><wp:inline xmlns:wp="urn:wp">'
            f'<wp:docPr id="1" name="x" descr="{words}"/>{inside}</wp:inline></w:drawing>'
            f"</mc:Choice><mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent></w:r>")


def old_drawing(link, words=""):
    """A picture as older versions of Word write it."""
    return (f'<w:r><w:pict><v:shape xmlns:v="urn:v" alt="{words}"><v:imagedata xmlns:r="urn:r" '
            f'r:id="{link}"/></v:shape></w:pict></w:r>')


def document(*blocks, more=(), head="", files=None):
    """A document; `files` are its pictures by the names that links give them."""
    files = files or {}
    linked = "".join(f'<Relationship Id="{name}" Type="{_RELATED}/image" '
                     f'Target="media/{name}.png"/>' for name in files)
    more = (*more, *((f"word/media/{name}.png", file) for name, file in files.items()))
    body = "".join(each if each.startswith("<") else paragraph(each) for each in blocks)
    return zipped([
        ("_rels/.rels", _links(f'<Relationship Id="a" Type="{_RELATED}/officeDocument" '
                               'Target="word/document.xml"/>')),
        ("word/_rels/document.xml.rels", _links(
            f'{linked}<Relationship Id="s" Type="{_RELATED}/styles" Target="styles.xml"/>'
            f'<Relationship Id="n" Type="{_RELATED}/numbering" Target="numbering.xml"/>')),
        ("word/styles.xml", STYLES), ("word/numbering.xml", NUMBERING),
        ("word/document.xml", f'{head}<w:document {W} xmlns:m="urn:m" xmlns:mc="urn:mc">'
                              f"<w:body>{body}</w:body></w:document>"), *more,
    ])
