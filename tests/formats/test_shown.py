"""What a cell shows, by its number format."""

import pytest

from isotrain.formats.workbooks.shown import built_in, general, shown


@pytest.mark.parametrize(("value", "code", "text"), [
    (0.1, "0%", "10%"), (0.125, "0.0%", "12.5%"), (0.29, "0%", "29%"), (-0.5, "0%", "-50%"),
    (5, '"€" 0.00', "€ 5.00"), (5, "[$€-407] #,##0.00", "€ 5.00"), (5.5, '0.00\\ "kg"', "5.50 kg"),
    (1234567.5, "#,##0", "1,234,568"), (1234567.5, "#,##0.00", "1,234,567.50"),
    (-12.5, "0.00;(0.00)", "(12.50)"), (0, '0;-0;"none"', "none"), (7, "000", "007"),
    (1e20, "0.00E+00", "1.00E+20"), (0.00012, "0.0E+00", "1.2E-04"), (0.5, "# ?/?", "1/2"),
    (0.1, "?/?", "1/9"),
    (1.25, "# ??/??", "1 1/4"), (2.5, "0", "3"), (1.005, "0.00", "1.01"), (0.5, "#.##", ".5"),
    (46054, "yyyy-mm-dd", "2026-02-01"), (46054, "d. mmmm yyyy", "1. February 2026"),
    (46054, "ddd d/m/yy", "Sun 1/2/26"), (0.3541666666666667, "h:mm:ss", "8:30:00"),
    (0.75, "h:mm AM/PM", "6:00 PM"), (0.5, "h AM/PM", "12 PM"), (0.01, "h AM/PM", "12 AM"),
    (1.25, "[hh]:mm:ss", "30:00:00"), (0.01, "mm:ss", "14:24"),
    (46082.375, "yyyy-mm-dd hh:mm", "2026-03-01 09:00"), (3.7, "@", "3.7"), (3, "General", "3"),
    (12, 'General "pieces"', "12 pieces"), (1_500_000, "0.0,,", "1.5"), (-3, "[Red]0", "-3"),
    (0.3, "# ?/8", "2/8"), (1.5, "# ??/100", "1 50/100"), (1.25, "?/?", "5/4"), (2, "# ?/?", "2"),
    (0, "# ?/?", "0"), (-0.5, "# ?/?", "-1/2"), (-0.001, "# ?/?", "0"), (0.97, "# ?/2", "1"),
    (3.14159, "?/???", "355/113"), (2, "?/?", "2"),
    (12345, "##0.0E+0", "1.2E+04"), (12345, "0E-00", "1E04"), (0.00012, "0E-00", "1E-04"),
    (12345, "0.00E+000", "1.23E+004"), (1500, "0,", "2"), (1234567, "#,##0,", "1,235"),
    (1.5, "0.0?", "1.50"), (1.5, "0.0#", "1.5"), (1.25, "0.0#", "1.25"), (2, "0.##", "2"),
    (5, "0000.0", "0005.0"), (5, "0,000", "0,005"), (123, "#,##0", "123"), (1000, "#,##0", "1,000"),
    (0.5, "0%%", "5000%%"), (-0.001, "0.0", "0.0"), (-1234.5, "#,##0.0", "-1,234.5"),
    (5, '0_)"kg"', "5 kg"), (5, '0*x"kg"', "5kg"), (5, "0\\;", "5;"), (1.5, '0.0";"', "1.5;"),
    (5, '"yes"', "yes"), (3, '"x"@', "x3"), (-5, '0;"minus" 0', "minus 5"), (0, "0;-0", "0"),
    (5, "[$EUR-2] 0", "EUR 5"), (5, "[$-409]0", "5"), (-5, "0", "-5"), (-7, "$#,##0", "-$7"),
    (46054, "m/d/yyyy", "2/1/2026"), (46054, "mmmmm", "F"), (46054, "dddd", "Sunday"),
    (46054, "dd-mm-yy", "01-02-26"), (46054, "mmmm yyy", "February 2026"),
    (46054.5, "dd hh mm", "01 12 00"), (0.0006, "mm:ss", "00:52"), (0.0006, "m:s", "0:52"),
    (0.00001, "ss.00", "00.86"), (0.00001, "s.000", "0.864"), (1.5, "[m]", "2160"),
    (0.01, "[mm]:ss", "14:24"), (0.0001, "[ss]", "09"), (0.99999999, "h:mm:ss", "0:00:00"),
    (46054.5, "h:mm d/m", "12:00 1/2"), (46054.5, "h:s:m", "12:0:0"), (46054.5, "h d m", "12 1 2"),
    (0.01, "mmss", "1424"), (46054, "mmd", "021"),
    (0.25, "h A/P", "6 A"), (0.75, "hh am/pm", "06 pm"), (0.5, "h:m", "12:0"), (46054, "d", "1"),
])
def test_a_number_is_written_as_its_format_says(value, code, text):
    assert shown(value, code).text == text


@pytest.mark.parametrize("code", [
    "[>100]0;0.0", "[Red][<5]0", "000-0000", ";;;", "0.0 0", "0E+0 0"])
def test_a_format_that_is_not_understood_is_said(code):
    told = shown(5551234, code)
    assert (told.text, told.sure) == ("5551234", False)


def test_dates_are_told_from_times_and_old_ones_are_unsure():
    assert shown(46054, "d-mmm").day and not shown(0.5, "h:mm").day
    assert not shown(12, "yyyy-mm-dd").sure
    assert shown(0, "yyyy-mm-dd", from_1904=True).text == "1904-01-01"
    assert not shown(1e9, "yyyy-mm-dd").sure
    assert shown(2_958_465, "yyyy").text == "9999" and shown(2_958_466, "yyyy").text == "2958466"
    assert shown(-1, "yyyy") == ("-1", False, False) and shown(0, "h:mm").sure
    assert (shown(60, "yyyy").sure, shown(61, "yyyy").sure) == (False, True)
    assert shown(1, "yyyy-mm-dd", from_1904=True) == ("1904-01-02", True, True)
    assert not shown(2_958_000, "yyyy", from_1904=True).sure
    assert [shown(46054, code).day for code in ("YYYY", "D", "mmm", "[h]")] == [
        True, True, False, False]


@pytest.mark.parametrize(("value", "text"), [
    (3.0, "3"), (0.1 + 0.2, "0.3"), (123456789012.0, "123456789012"), (1e20, "1E+20"),
    (1 / 3, "0.3333333333"), (-2.5, "-2.5"), (1e-7, "1E-7"), (-3.0, "-3"), (1e15, "1E+15"),
    (999_999_999_999_999.0, "999999999999999"), (-1e15, "-1E+15"), (1.5e-12, "1.5E-12"),
    (1.5e120, "1.5E+120"), (12_345_678_901.5, "1.23456789E+10"),
])
def test_a_number_without_a_format_is_short(value, text):
    assert general(value) == text


def test_the_formats_that_have_no_text_are_known_by_number():
    assert (built_in(9), built_in(21), built_in(999)) == ("0%", "h:mm:ss", "General")
