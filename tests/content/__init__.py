"""The shipped courses, held to the shape and the promises of question_banks/README.md."""
