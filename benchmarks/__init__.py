"""What is measured: each figure beside its rival or its limit, in the same run."""
