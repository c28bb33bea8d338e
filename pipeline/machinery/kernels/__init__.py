"""Kernels: forked from a preloaded parent where that is possible, spawned elsewhere, with the same results."""
