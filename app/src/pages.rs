//! Pages: each loads a view through `services` and puts components together.
