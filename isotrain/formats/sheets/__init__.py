"""Spreadsheets, as text and as workbooks: reading them in many shapes, writing one."""

from isotrain.formats.sheets.csv import CSV
from isotrain.formats.sheets.workbook import XLSX

__all__ = ["CSV", "XLSX"]
