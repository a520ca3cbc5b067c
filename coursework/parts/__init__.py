"""The parts of the lab: their probes, and beside them their data."""
