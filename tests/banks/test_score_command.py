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
