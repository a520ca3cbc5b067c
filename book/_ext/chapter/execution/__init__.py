"""How pages are executed: the cache, the kernels, and the trainings."""
