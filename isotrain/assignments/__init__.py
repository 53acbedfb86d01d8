"""What is due for whom: requirements and the assignments they make."""
