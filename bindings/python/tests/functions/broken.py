raise RuntimeError("it does not load")
