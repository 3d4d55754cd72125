//! Feeds in, rising topics out.
