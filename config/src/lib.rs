//! Settings: read, checked, with every problem at its file, line and column.
