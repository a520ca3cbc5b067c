"""Studies: runs and measurements that take too long for a build.

Each script writes a record beside itself, which a page reads.
"""
