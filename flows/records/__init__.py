"""Records: the files of `raw/`, their shape, and the tables of what each source says."""
