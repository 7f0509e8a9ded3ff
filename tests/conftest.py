"""No test looks into the user's own cache of returns; those of the cache have one of their own."""

import os

os.environ["SAVINGS_CACHE"] = "off"
