"""Spreadsheets: CSV, XLSX and its relatives, read as rows of cells."""
