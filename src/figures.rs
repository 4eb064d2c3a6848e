//! Shell. Figures for `/metrics`: counters and gauges the shells move.
