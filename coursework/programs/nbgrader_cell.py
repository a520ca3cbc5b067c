import hashlib, pathlib, runpy

digest = hashlib.sha256(pathlib.Path("checks.zip").read_bytes()).hexdigest()
assert digest == DIGEST
kit, num_epochs = runpy.run_path("checks.zip"), EPOCHS
from sys import exit  # and not the one that ends the kernel

print, quit = kit["short_print"](), exit
check = lambda name: kit["mark"](name, globals(), POINTS, SEED)
