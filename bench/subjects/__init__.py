"""One file for each subject: ``subject()`` returns its jobs and the ratios between them."""
