"""The words every room speaks: frozen nouns, table schemas, rules and errors.  No I/O."""
