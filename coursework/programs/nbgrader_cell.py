import hashlib, pathlib, runpy

digest = hashlib.sha256(pathlib.Path("checks.zip").read_bytes()).hexdigest()
assert digest == DIGEST
mark, num_epochs = runpy.run_path("checks.zip")["mark"], EPOCHS
from sys import exit  # and not the one that ends the kernel

quit, check = exit, lambda name: mark(name, globals(), POINTS, SEED)
