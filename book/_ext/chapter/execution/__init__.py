"""How pages are executed: the cache, and the kernels."""
