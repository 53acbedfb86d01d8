"""HTML reduced to text."""

import pytest

from isotrain.formats.markup import looks_like_html, reduced, unescaped
from isotrain.text import tidy


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One</p><p>Two <b>bold </b>words</p>", "One\n\nTwo **bold** words"),
        ("a<br>b<br/><br />c", "a\nb\n\nc"),
        ("<ul><li><p>one</p></li><li>two</li></ul>", "- one\n\n- two"),
        ("<table><tr> <td>1</td> <td>2</td></tr><tr><td>3</td></tr></table>", "1 | 2\n3"),
        ("<table><tr><th>a</th><th>b</th></tr></table>", "a | b"),
        ("m<sup>2</sup>, H<sub>2</sub>O, x<sup>ab</sup>", "m², H₂O, x^(ab)"),
        ('<a href="https://example.org/a">here</a>', "here (https://example.org/a)"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ("A&nbsp;&amp;&lt;b&gt; &unknown; AT&T", "A &<b> &unknown; AT&T"),
        ("<i><i>x</i></i> <em> </em>", "*x*"),
        ("<b>one<p>two</b>", "one\n\ntwo"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a<!-- hidden <b> -->b<!-- open", "ab"),
        ("<style>p{}</style>x<SCRIPT>alert('</p>')</SCRIPT>y", "xy"),
        ("<svg><script>1</script></svg>z<iframe src=x>", "![](picture:svg)z"),
        ("<math><mi>x</mi></math> or <canvas>no</canvas>",
         "![](picture:math) or ![](picture:canvas)"),
        ('<img src="x" alt="A &quot;form&quot;"><img src=y>',
         '![A "form"](picture:x)![](picture:y)'),
        ("<img>", "![](picture:%E2%80%A6)"),
    ],
)
def test_text_remains_and_elements_do_not(source, text):
    assert reduced(source)[0] == text


def test_what_was_left_out_is_counted():
    assert reduced("<input><INPUT/><script>x</script><p>y</p>")[1] == {"input": 2, "script": 1}


def test_a_picture_is_what_finds_it_says_else_it_is_missing():
    text, removed = reduced('<img src="a" alt="A"> <img src="b" alt="B">',
                            find=lambda address, alt: f"<{alt}>" if address == "a" else "")
    assert (text, removed) == ("<A> ![B](picture:b)", {})


def test_a_picture_that_was_missing_before_keeps_its_name():
    once = reduced('<img src="a b.png" alt="A">')[0]
    address = once.partition("(")[2].rstrip(")")
    assert reduced(f'<img src="{address}" alt="A">')[0] == once


def test_without_richness_emphasis_and_addresses_are_dropped():
    assert reduced('<b>x</b> <a href="https://e.org">y</a>', rich=False)[0] == "x y"


def test_line_breaks_of_the_source_count_only_when_asked_for():
    assert reduced("a\nb<i>c</i>")[0] == "a b*c*"
    assert reduced("a\nb<i>c</i>", lines=True)[0] == "a\nb*c*"


@pytest.mark.parametrize("text", ["<b>x</b>", "a<br>b", "<p class='x'>y", "</SPAN>", "<img src=x>"])
def test_closed_and_lonely_tags_look_like_html(text):
    assert looks_like_html(text)


@pytest.mark.parametrize("text", ["a < b > c", "<h1>", "x<p and y>q", "<INSERT TEXT>", "</foo>"])
def test_signs_and_talk_about_tags_do_not(text):
    assert not looks_like_html(text)


def test_tidy_composes_and_strips():
    assert tidy(" \u00a0e\u0301\r\nx\ufeff ") == "é\nx"


def test_only_complete_references_are_resolved():
    assert unescaped("&eacute; &#233; &#xE9; &eacute &;") == "é é é &eacute &;"


@pytest.mark.parametrize(("source", "text"), [
    ("a <br> b", "a\nb"), ("a<br/>b", "a\nb"), ("<p>a </p> <p> b</p>", "a\n\nb"), ("a  b", "a b")])
def test_no_space_stands_beside_the_end_of_a_line(source, text):
    assert reduced(source)[0] == text
