"""flask bank score: how far files are read as other programs read them."""

from tests.formats.test_scoring import a_corpus


def test_the_command_prints_a_line_for_each_format(app, tmp_path):
    done = app.test_cli_runner().invoke(args=["bank", "score", str(a_corpus(tmp_path))])
    assert done.exit_code == 0
    assert done.output == (
        "gift: files 2, questions 2; number 100.00%, type 100.00%, right answers 0.00%,"
        " shares 0.00%; kept 100.00%; wrong keys: 2, silent losses: 0\n")


def test_the_command_lists_disagreements_and_takes_known_ones(app, tmp_path):
    known = tmp_path / "known.json"
    known.write_text('{"gift/here/one.gift": {"Q": "The other is wrong."}}')
    done = app.test_cli_runner().invoke(
        args=["bank", "score", str(a_corpus(tmp_path)), "--list", "--known", str(known)])
    assert "right answers 50.00%" in done.output
    assert "  gift/here/two.gift: P: right" in done.output
    assert "one.gift" not in done.output


def test_a_preview_that_tells_no_keys_is_compared_by_its_questions(app, tmp_path):
    for folder in ("text2qti/own", "expected/text2qti/own"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "text2qti/own/a.txt").write_text("1. Q\n*a) x\nb) y\n[ ] z\n\n2. P\n*   y\n")
    (tmp_path / "expected/text2qti/own/a.txt.text2qti-preview.json").write_text(
        '[{"type": "question", "text": "<p>Q</p>"}, {"type": "question", "text": "<p>P</p>"}]')
    done = app.test_cli_runner().invoke(args=["bank", "score", str(tmp_path)])
    assert "text2qti: files 1, questions 2; number 50.00%, type -, right answers -" in done.output
