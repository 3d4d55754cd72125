//! What a watch promises.
