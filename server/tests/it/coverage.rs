//! Every route there is, asked in every way.
