"""The savings pipeline."""

import os

# numpy would start a thread for each core, to share out matrices larger than any here: they wait
# spinning, 0.08 s in each process that starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
