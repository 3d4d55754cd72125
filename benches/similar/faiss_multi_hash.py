"""Answers each line on its standard input with the seconds on the core that all needles took, and the hashes found.

Arguments: file of hashes, file of needles (32 bytes each), chunks, bits of a chunk, bits flipped in a chunk, radius.
"""

import sys
import time

import faiss
import numpy

hashes, needles = (numpy.fromfile(name, dtype=numpy.uint8).reshape(-1, 32) for name in sys.argv[1:3])
chunks, bits, flips, radius = map(int, sys.argv[3:])
faiss.omp_set_num_threads(1)
index = faiss.IndexBinaryMultiHash(256, chunks, bits)
index.nflip = flips
index.add(hashes)
for _ in sys.stdin:
    since, found = time.thread_time(), 0
    for at in range(len(needles)):
        # It finds what is nearer than the radius, not what is as near.
        limits, _distances, _rows = index.range_search(needles[at : at + 1], radius + 1)
        found += int(limits[-1])
    print(time.thread_time() - since, found, flush=True)
