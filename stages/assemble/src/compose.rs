//! The compositor: a plan's layers, captions and transitions, painted straight into the encoder's planes.

pub(crate) mod captions;
pub(crate) mod contrast;
pub(crate) mod text;
