"""Measurements that anyone can repeat: each module prints its table, and with `--write` keeps it beside itself."""
