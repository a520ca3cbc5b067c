import runpy
from otter.test_files import test_case

OK_FORMAT = False
points = None
failures = {}  # of the part, which is judged once


def judge(env):
    try:
        found = runpy.run_path("checks")["judge"](name, env, seed=SEED)
        failures.update(found.failures)
    except KeyboardInterrupt:
        failures.update(dict.fromkeys(POINTS, "out of time"))


def make_case(key, value):
    @test_case(name=key, points=value)
    def case(env):
        if not failures:
            judge(env)
        assert not failures[key], str(failures[key])

    return case


for key, value in POINTS.items():
    globals()[f"test_{key}"] = make_case(key, value)
