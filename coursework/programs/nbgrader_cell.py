import hashlib, pathlib, runpy

digest = hashlib.sha256(pathlib.Path("checks.zip").read_bytes()).hexdigest()
assert digest == DIGEST
judge, num_epochs = runpy.run_path("checks.zip")["judge"], EPOCHS


def check(name):
    feedback = judge(name, globals(), seed=SEED)
    print(feedback)
    return sum(
        POINTS.get(k, 0)
        for k, failure in feedback.failures.items()
        if not failure
    )
