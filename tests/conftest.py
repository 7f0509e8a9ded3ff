"""No test looks into the user's own cache of returns, or takes up the folders that the user keeps;
tests of either have their own."""

import os
import tempfile
from pathlib import Path

os.environ["SAVINGS_CACHE"] = "off"
os.environ["SAVINGS_CONFIG"] = str(Path(tempfile.gettempdir()) / "no-settings-of-the-savings-tests")
