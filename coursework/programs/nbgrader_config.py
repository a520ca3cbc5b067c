c = get_config()
c.ClearSolutions.code_stub = {"python": "# type your code here"}
c.Execute.timeout = 60  # seconds for a cell: two epochs, or some slow calls
c.Execute.raise_on_iopub_timeout = False  # keep the marks earned so far
c.IgnorePattern.enabled = True  # a warning would cost all points
c.IgnorePattern.pattern = "^"
