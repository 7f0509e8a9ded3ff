"""What is shown at each address: a file for each view."""
